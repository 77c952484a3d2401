import hooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

const floats = [
  {
    selector: "CallExpression[callee.name='parseFloat']",
    message: 'Money is decimal text; see lib/decimal.ts.',
  },
  {
    selector: "MemberExpression[property.name='parseFloat']",
    message: 'Money is decimal text; see lib/decimal.ts.',
  },
  {
    selector: "MemberExpression[property.name='toFixed']",
    message: 'Format with lib/format.ts.',
  },
];

export default tseslint.config(
  {
    ignores: ['node_modules', 'src/api/gen', '.dependency-cruiser.cjs', 'eslint.config.js'],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname },
    },
    plugins: { 'react-hooks': hooks },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/strict-boolean-expressions': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true },
      ],
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { attributes: false } },
      ],
      // `??` and `?.` count as branches, so ten would refuse plain reading of optional fields.
      complexity: ['error', { max: 14, variant: 'modified' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Only api/client.ts speaks HTTP.' },
      ],
      'no-restricted-syntax': ['error', ...floats],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  { files: ['src/lib/**'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['src/api/client.ts'], rules: { 'no-restricted-globals': 'off' } },
);
