import { app, settings } from './app.ts';
import { bulk } from './bulk.ts';
import { etc } from './etc.ts';
import { fleet } from './fleet.ts';
import { forensics } from './forensics.ts';
import { group } from './group.ts';
import { history } from './history.ts';
import { host } from './host.ts';
import { journal } from './journal.ts';
import { operation } from './operation.ts';
import { prompt } from './prompt.ts';
import { run } from './run.ts';
import { secret } from './secret.ts';
import { snippet } from './snippet.ts';
import { source } from './source.ts';
import { terminal } from './terminal.ts';

/** The control plane between a page (or any other client) and the core. */
export const contract = {
  app,
  bulk,
  settings,
  etc,
  fleet,
  forensics,
  group,
  history,
  host,
  journal,
  operation,
  prompt,
  run,
  secret,
  snippet,
  source,
  terminal,
};
export type Contract = typeof contract;
