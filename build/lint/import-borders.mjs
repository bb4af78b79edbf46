import path from 'node:path';
import { builtinModules } from 'node:module';

/**
 * Who may import whom (ARCHITECTURE.md, "Folders"). The first border whose `files` is a prefix of a file's path holds for it.
 * `may` lists prefixes of paths in this project, packages (with everything below them), and `node:` for Node's own modules;
 * `not` is taken out of the wider prefixes again.
 * @type {readonly { files: string, may: readonly string[], not?: string }[]}
 */
export const borders = [
  { files: 'shared/contract/', may: ['shared/', 'zod', '@orpc/contract'] },
  // What compares and merges the lines of texts.
  { files: 'shared/logic/line-', may: ['shared/', 'diff', 'node-diff3'] },
  { files: 'shared/', may: ['shared/', 'zod'] },

  { files: 'electron/core/ssh/ssh2-', may: ['shared/', 'electron/core/', 'node:', 'zod', 'ssh2'] },
  { files: 'electron/core/inventory-sources/', may: ['shared/', 'electron/core/', 'node:', 'zod', 'yaml'] },
  {
    files: 'electron/core/terminals/',
    may: [
      'shared/',
      'electron/core/',
      'electron/transport/',
      'node:',
      '@xterm/headless',
      '@xterm/addon-serialize',
      '@xterm/addon-unicode11',
    ],
  },
  {
    files: 'electron/core/',
    may: ['shared/', 'electron/core/', 'electron/transport/', 'node:', 'zod', '@orpc/server'],
  },
  { files: 'electron/page/', may: ['electron/page/', 'node:'] },
  { files: 'electron/transport/', may: ['shared/', 'electron/transport/', 'node:', 'zod', '@orpc/server', 'ws'] },
  { files: 'electron/demo/', may: ['shared/', 'electron/core/', 'electron/demo/', 'node:', 'zod', 'ssh2'] },
  { files: 'electron/main/core-start.ts', may: ['electron/main/core-messages.ts', 'node:'] },
  {
    // The process that main forks: plain Node, although it lives beside main.
    files: 'electron/main/core-process.ts',
    may: [
      'shared/',
      'electron/core/',
      'electron/demo/',
      'electron/transport/',
      'electron/main/',
      'node:',
      'zod',
      '@orpc/server',
    ],
  },
  { files: 'electron/main/', may: ['shared/', 'electron/main/', 'electron/page/', 'node:', 'zod', 'electron'] },
  { files: 'electron/preload/', may: ['electron'] },
  {
    files: 'electron/server/',
    may: [
      'shared/',
      'electron/core/',
      'electron/demo/',
      'electron/page/',
      'electron/transport/',
      'electron/server/',
      'node:',
      'zod',
      'ws',
      '@orpc/server',
    ],
  },
  {
    files: 'electron/cli/',
    may: ['shared/', 'electron/core/', 'electron/demo/', 'electron/cli/', 'node:', 'zod', 'commander'],
  },

  { files: 'renderer/components/', may: ['renderer/components/', 'renderer/styles/', ...pagePackages()] },
  { files: 'renderer/state/', may: ['renderer/', 'shared/', ...pagePackages()], not: 'renderer/features/' },
  {
    // A feature sees its own folder (`{feature}`) and what all features share, never another feature.
    files: 'renderer/features/',
    may: ['renderer/features/{feature}/', 'renderer/', 'shared/', ...pagePackages()],
    not: 'renderer/features/',
  },
  { files: 'renderer/', may: ['renderer/', 'shared/', ...pagePackages()] },
];

function pagePackages() {
  return [
    'react',
    'react-dom',
    'zustand',
    'zod',
    '@orpc/client',
    '@orpc/contract',
    '@patternfly/patternfly',
    '@patternfly/react-core',
    '@patternfly/react-icons',
    '@patternfly/react-table',
    '@tanstack/react-virtual',
    '@xterm/xterm',
    'diff',
    '@xterm/addon-fit',
    '@xterm/addon-search',
    '@xterm/addon-unicode11',
    '@xterm/addon-web-links',
    '@xterm/addon-webgl',
  ];
}

/**
 * What stands in the way of an import, or null when it is allowed.
 * @param {string} file path of the importing file from the root of the project, with forward slashes
 * @param {string} specifier as written in the import
 * @returns {string | null}
 */
export function crossedBorder(file, specifier) {
  const border = borders.find(({ files }) => file.startsWith(files));
  if (!border) return null;
  const relative = specifier.startsWith('.');
  const target = relative ? path.posix.join(path.posix.dirname(file), specifier) : nodeModule(specifier);
  const feature = /^renderer\/features\/([^/]+)\//.exec(file)?.[1] ?? '';
  const allowed = border.may.some((pattern) => {
    const prefix = pattern.replace('{feature}', feature);
    if (border.not && !prefix.startsWith(border.not) && target.startsWith(border.not)) return false;
    if (prefix === 'node:') return target.startsWith('node:');
    if (relative) return prefix.endsWith('/') ? target.startsWith(prefix) : target === prefix;
    return target === prefix || target.startsWith(`${prefix}/`);
  });
  return allowed ? null : `${border.files} may not import ${target}`;
}

/** @param {string} specifier */
function nodeModule(specifier) {
  return builtinModules.includes(specifier) ? `node:${specifier}` : specifier;
}

/**
 * The ESLint rule: every static, dynamic and re-exporting import of a file stays inside its borders.
 * @type {import('eslint').Rule.RuleModule}
 */
export const importBorders = {
  meta: { type: 'problem', schema: [], messages: { crossed: '{{reason}} (see build/lint/import-borders.mjs).' } },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/');
    /** @param {import('estree').Node | null | undefined} source */
    const check = (source) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const reason = crossedBorder(file, source.value.replace(/\?.*$/, ''));
      if (reason) context.report({ node: source, messageId: 'crossed', data: { reason } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') check(node.arguments[0]);
      },
    };
  },
};
