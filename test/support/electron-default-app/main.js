'use strict';
// What Electron's own default app does with `electron [-r FILE] FOLDER`: loads that folder's program. The runtime of
// electron-runtime.mjs comes without one.
const { app } = require('electron');
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const words = process.argv.slice(1);
if (words.includes('-v') || words.includes('--version')) {
  console.log(`v${process.versions.electron}`);
  process.exit(0);
}
const preload = [];
let target;
for (let at = 0; at < words.length && target === undefined; at += 1) {
  if (words[at] === '-r' || words[at] === '--require') preload.push(words[(at += 1)]);
  else if (!words[at].startsWith('-')) target = path.resolve(words[at]);
}
if (target === undefined) {
  console.error('usage: electron FOLDER|FILE');
  process.exit(2);
}
process.defaultApp = true;
if (preload.length > 0) Module._preloadModules(preload);

let entry = target;
let isModule = false;
if (fs.statSync(target).isDirectory()) {
  const manifest = JSON.parse(fs.readFileSync(path.join(target, 'package.json'), 'utf8'));
  app.name = manifest.productName ?? manifest.name ?? app.name;
  if (manifest.version) app.setVersion(manifest.version);
  isModule = manifest.type === 'module';
  entry = path.join(target, manifest.main ?? 'index.js');
  app.setAppPath(target);
} else {
  app.setAppPath(path.dirname(target));
}
if (entry.endsWith('.mjs') || (isModule && !entry.endsWith('.cjs'))) {
  import(pathToFileURL(entry).href).catch((error) => {
    console.error(error);
    process.exit(1);
  });
} else {
  Module._load(entry, null, true);
}
