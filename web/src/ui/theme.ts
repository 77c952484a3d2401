/** Mantine in Argosy's ink: its variables point at ours, so both schemes follow the tokens. */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const MAGENTA: MantineColorsTuple = [
  '#f8e6f0',
  '#f3cfe2',
  '#eba6ca',
  '#f283be',
  '#d9559c',
  '#c43584',
  '#a8186b',
  '#8f125a',
  '#780e4b',
  '#5f0a3b',
];

export const theme = createTheme({
  primaryColor: 'magenta',
  primaryShade: { light: 6, dark: 3 },
  colors: { magenta: MAGENTA },
  fontFamily: 'var(--sans)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--serif)' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '17px', xl: '19px' },
  defaultRadius: 3,
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm', fw: 500, fz: 13 } },
    InputWrapper: { defaultProps: { withAsterisk: false } },
    TextInput: { defaultProps: { size: 'sm' } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 3,
        overlayProps: { color: 'transparent', backgroundOpacity: 1 },
        transitionProps: { duration: 120 },
      },
    },
  },
});

const SHARED = {
  '--mantine-color-body': 'var(--sheet)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--ink2)',
  '--mantine-color-placeholder': 'var(--ink3)',
  '--mantine-color-default': 'var(--field)',
  '--mantine-color-default-color': 'var(--ink)',
  '--mantine-color-default-border': 'var(--rule2)',
  '--mantine-color-default-hover': 'var(--tint)',
  '--mantine-color-error': 'var(--loss)',
  '--mantine-color-anchor': 'var(--accent)',
  '--mantine-primary-color-filled': 'var(--accent)',
  '--mantine-primary-color-filled-hover': 'color-mix(in srgb, var(--accent) 90%, var(--ink))',
  '--mantine-primary-color-contrast': 'var(--onaccent)',
  '--mantine-color-magenta-filled': 'var(--accent)',
  '--mantine-color-magenta-filled-hover': 'color-mix(in srgb, var(--accent) 90%, var(--ink))',
  '--mantine-color-magenta-contrast': 'var(--onaccent)',
};

export const variables: CSSVariablesResolver = () => ({
  variables: SHARED,
  light: SHARED,
  dark: SHARED,
});
