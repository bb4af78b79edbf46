import { implement } from '@orpc/server';
import { contract } from '../../../shared/contract/index.ts';
import { BerthError, failure, type Failure } from '../../../shared/errors/failure.ts';
import type { Discovery, FoundHost, SourcePlace, SourceState } from '../../../shared/model/source.ts';
import type { Cell } from './connection.ts';
import { NOW } from './hosts.ts';

/** A host of ~/.ssh/config that is not in the inventory. */
export function foundHost(name: string, change: Partial<FoundHost> = {}): FoundHost {
  return {
    file: '/home/jb/.ssh/config',
    line: 12,
    name,
    address: name,
    port: null,
    user: null,
    keyFile: null,
    group: null,
    groups: [],
    hostId: null,
    refusal: null,
    ...change,
  };
}

/** An ssh configuration with new hosts, one that is there already, one that cannot be taken, and an unreadable file. */
export function fixtureDiscovery(change: Partial<Discovery> = {}): Discovery {
  return {
    hosts: [
      foundHost('web-01.ber', { line: 4, user: 'admin' }),
      foundHost('web-02.ber', { line: 8, user: 'admin' }),
      foundHost('db-01.ber', { file: '/home/jb/.ssh/conf.d/db', line: 1 }),
      foundHost('web-03.ber', { line: 16, hostId: 'h1' }),
      foundHost('bad;name', { line: 20, refusal: failure('input.address-invalid', { value: 'bad;name' }) }),
    ],
    leftOut: [
      { file: '/home/jb/.ssh/config', line: 1, text: 'Host *.ber' },
      { file: '/home/jb/.ssh/config', line: 40, text: 'Match user root' },
    ],
    problems: [
      {
        file: '/home/jb/.ssh/conf.d/secret',
        line: null,
        failure: failure('source.unreadable', { file: '/home/jb/.ssh/conf.d/secret', detail: 'EACCES' }),
      },
    ],
    files: ['/home/jb/.ssh/config', '/home/jb/.ssh/conf.d/db'],
    ...change,
  };
}

/** A source that is followed and has not changed. */
export function fixtureSource(change: Partial<SourceState> = {}): SourceState {
  return {
    id: 's1',
    place: { kind: 'ssh-config' },
    label: '~/.ssh/config',
    group: null,
    apply: 'ask',
    hosts: 3,
    files: ['/home/jb/.ssh/config'],
    readAt: NOW,
    changes: { added: [], changed: [], gone: [] },
    problems: [],
    failure: null,
    ...change,
  };
}

/** What a test decides of the sources: those that are followed, and what is found at a place. */
export interface SourceWorld {
  readonly followed: Cell<readonly SourceState[]>;
  discover: (place: SourcePlace) => Discovery | Failure;
  /** What the page asked for. */
  readonly calls: string[];
}

const nothing: Discovery = { hosts: [], leftOut: [], problems: [], files: [] };

/** No source is followed, and nothing is found, until the test says otherwise. */
export function createSourceWorld(followed: Cell<readonly SourceState[]>, calls: string[]): SourceWorld {
  return { followed, discover: () => nothing, calls };
}

/** The part of a fixture's router that is about sources. */
export function sourceProcedures(world: SourceWorld) {
  const { followed, calls } = world;
  const os = implement(contract).source.use(async ({ next, errors }) => {
    try {
      return await next();
    } catch (error) {
      if (error instanceof BerthError) throw errors.FAILURE({ data: error.failure });
      throw error;
    }
  });
  const told = (id: string): SourceState => {
    const source = followed.get().find((each) => each.id === id);
    if (!source) throw new BerthError('source.unknown', { id });
    return source;
  };
  const done = { updated: [], unchanged: [], refused: [] };
  return {
    discover: os.discover.handler(({ input }) => {
      const found = world.discover(input.place);
      if ('code' in found) throw BerthError.of(found);
      return found;
    }),
    import: os.import.handler(({ input }) => {
      const names = input.names === 'all' ? ['all'] : input.names;
      calls.push(`import ${input.place.kind} ${names.join()} into ${input.group ?? 'none'} ${input.apply}`);
      return { sourceId: 's1', added: names, ...done };
    }),
    watch: os.watch.handler(async function* ({ signal }) {
      for await (const sources of followed.watch(signal)) yield [...sources];
    }),
    refresh: os.refresh.handler(({ input }) => {
      calls.push(`refresh source ${input.id}`);
      return told(input.id);
    }),
    apply: os.apply.handler(({ input }) => {
      calls.push(`apply ${input.id} ${input.names === 'all' ? 'all' : `[${input.names.join()}]`}`);
      return { sourceId: input.id, added: [], ...done };
    }),
    setApply: os.setApply.handler(({ input }) => {
      calls.push(`setApply ${input.id} ${input.apply}`);
      return { ...told(input.id), apply: input.apply };
    }),
    forget: os.forget.handler(({ input }) => {
      calls.push(`forget ${input.id}`);
      followed.set(followed.get().filter(({ id }) => id !== input.id));
    }),
    export: os.export.handler(({ input }) => {
      const hosts = input.hostIds ?? ['all'];
      return { fileName: `hosts.${input.format}`, text: hosts.join('\n'), hosts: hosts.length, leftOut: ['a b'] };
    }),
  };
}
