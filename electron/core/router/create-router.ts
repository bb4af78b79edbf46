import { lazy as loadLater, type Router } from '@orpc/server';
import type { Contract } from '../../../shared/contract/index.ts';
import type { AnswerContext } from './answers.ts';
import { appRouter, settingsRouter } from './app.ts';
import { bulkRouter } from './bulk.ts';
import { fleetRouter } from './fleet.ts';
import { groupRouter } from './group.ts';
import { hostRouter } from './host.ts';
import { operationRouter } from './operation.ts';
import { promptRouter } from './prompt.ts';
import { secretRouter } from './secret.ts';
import { sourceRouter } from './source.ts';

/**
 * The contract, answered by the core of the session. What no page asks for as it opens is loaded with the first question: its schemas
 * would cost each start.
 */
export function createRouter() {
  return {
    app: appRouter,
    bulk: bulkRouter,
    settings: settingsRouter,
    fleet: fleetRouter,
    group: groupRouter,
    host: hostRouter,
    operation: operationRouter,
    prompt: promptRouter,
    secret: secretRouter,
    source: sourceRouter,
    etc: lazy(async () => ({ default: (await import('./etc.ts')).etcRouter })),
    forensics: lazy(async () => ({ default: (await import('./forensics.ts')).forensicsRouter })),
    history: lazy(async () => ({ default: (await import('./history.ts')).historyRouter })),
    journal: lazy(async () => ({ default: (await import('./journal.ts')).journalRouter })),
    run: lazy(async () => ({ default: (await import('./run.ts')).runRouter })),
    snippet: lazy(async () => ({ default: (await import('./run.ts')).snippetRouter })),
    terminal: lazy(async () => ({ default: (await import('./terminal.ts')).terminalRouter })),
  } satisfies Router<Contract, AnswerContext>;
}

/** Loaded with its first question. A copy: what `os.router` makes is looked up from the root of the contract, and here it is the root itself. */
function lazy<T extends object>(load: () => Promise<{ readonly default: T }>) {
  return loadLater(async () => ({ default: { ...(await load()).default } }));
}
