/** Arrows point down: shell → features → charts | ui → api → lib; charts not even to api; features are islands. */
const forbid = (name, from, to, comment) => ({
  name,
  severity: 'error',
  comment,
  from: { path: from, pathNot: '\\.test\\.tsx?$' },
  to: { path: to },
});

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, pathNot: '(\\.d\\.ts$|main\\.tsx$|\\.test\\.tsx?$|/testing/)' },
      to: {},
    },
    forbid(
      'lib-is-the-floor',
      '^src/lib',
      '^src/(api|ui|charts|features|shell)',
      'lib knows nothing above it',
    ),
    forbid(
      'api-below-ui',
      '^src/api',
      '^src/(ui|charts|features|shell)',
      'api knows no component',
    ),
    forbid(
      'charts-draw-what-they-get',
      '^src/charts',
      '^src/(api|ui|features|shell)',
      'a chart is given numbers',
    ),
    forbid(
      'ui-below-features',
      '^src/ui',
      '^src/(charts|features|shell)',
      'ui knows no feature',
    ),
    forbid(
      'features-below-shell',
      '^src/features',
      '^src/shell',
      'a feature does not know the shell',
    ),
    {
      name: 'features-are-islands',
      severity: 'error',
      from: { path: '^src/features/([^/]+)/' },
      to: { path: '^src/features/', pathNot: '^src/features/$1/' },
    },
    {
      name: 'no-tests-in-the-build',
      severity: 'error',
      from: { pathNot: '(\\.test\\.tsx?$|/testing/)' },
      to: { path: '(\\.test\\.tsx?$|/testing/)' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.test.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types'],
      extensions: ['.ts', '.tsx', '.css'],
    },
  },
};
