import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importBorders } from './build/lint/import-borders.mjs';

// The rules of ESLint's own that find bugs the compiler does not.
const coreRules = Object.fromEntries(
  [
    'array-callback-return',
    'for-direction',
    'no-async-promise-executor',
    'no-case-declarations',
    'no-compare-neg-zero',
    'no-constant-binary-expression',
    'no-constructor-return',
    'no-debugger',
    'no-dupe-else-if',
    'no-duplicate-case',
    'no-empty',
    'no-empty-character-class',
    'no-empty-pattern',
    'no-eval',
    'no-fallthrough',
    'no-irregular-whitespace',
    'no-loss-of-precision',
    'no-misleading-character-class',
    'no-new-func',
    'no-regex-spaces',
    'no-self-assign',
    'no-self-compare',
    'no-sparse-arrays',
    'no-template-curly-in-string',
    'no-unexpected-multiline',
    'no-unmodified-loop-condition',
    'no-unreachable-loop',
    'no-unsafe-finally',
    'no-unsafe-optional-chaining',
    'no-unused-labels',
    'no-useless-backreference',
    'no-useless-catch',
    'no-useless-escape',
    'no-var',
    'object-shorthand',
    'prefer-const',
    'require-yield',
    'use-isnan',
    'valid-typeof',
  ].map((rule) => [rule, 'error']),
);
export default defineConfig(
  globalIgnores(['dist/', 'release/', 'test-results/', 'test/data/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { berth: { rules: { 'import-borders': importBorders } } },
    rules: { 'berth/import-borders': 'error' },
  },
  { rules: coreRules },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['*.config.ts'], defaultProject: 'test/tsconfig.json' },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: ['error', 'always'],
      'no-console': 'error',
      // As a namespace only what is used of it is bundled; `z` brings every locale, half a megabyte a process.
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'][importKind='value'] > ImportSpecifier",
          message: "import * as z from 'zod'",
        },
      ],
      'no-control-regex': 'off', // Texts of hosts are searched for control characters on purpose.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-empty-function': 'off', // A listener that has nothing to do says so best with an empty body.
      '@typescript-eslint/no-invalid-void-type': 'off', // Emitter<void> and Promise<void> in unions are plain.
      '@typescript-eslint/no-unnecessary-condition': 'off', // Blind to variables that a callback changes meanwhile.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off', // `erasableSyntaxOnly`: there are no enums.
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // A function that fulfils an async interface may have nothing to wait for.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/unbound-method': 'off', // Factories return objects whose functions know no `this`.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    extends: [reactHooks.configs.flat['recommended-latest']],
    rules: { 'react-hooks/incompatible-library': 'off' }, // Speaks of React Compiler, which is not used here.
  },
  {
    // A zod schema and its type share one name.
    files: ['shared/**/*.ts'],
    rules: { '@typescript-eslint/no-redeclare': 'off' },
  },
  {
    // Programs talk on the terminal.
    files: ['electron/cli/**/*.ts', 'electron/server/main.ts', 'test/bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      '@typescript-eslint/no-deprecated': 'off', // The dearest rule of all, and what tests call nobody else does.
      '@typescript-eslint/no-non-null-assertion': 'off', // A wrong guess in a test fails the test, which is the point.
    },
  },
  {
    files: ['**/*.{js,mjs}'],
    rules: { 'no-undef': 'error', 'no-unused-vars': ['error', { argsIgnorePattern: '^_' }] },
    languageOptions: {
      ecmaVersion: 2024,
      sourceType: 'module',
      globals: {
        process: 'readonly',
        performance: 'readonly',
        console: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
        fetch: 'readonly',
        AbortController: 'readonly',
        AbortSignal: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
      },
    },
  },
  {
    // Electron's stand-in for its default app is CommonJS, as the original.
    files: ['test/support/electron-default-app/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly' } },
  },
);
