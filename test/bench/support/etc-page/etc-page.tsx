/** The tab of /etc with 10,000 entries, one of them a file of 20,000 lines in three versions, over a fixture: what the page itself costs. */
import '../../../../renderer/styles/all.css';
import { createRoot } from 'react-dom/client';
import { App } from '../../../../renderer/app.tsx';
import type { EtcSide } from '../../../../shared/model/etc.ts';
import { createFixtureConnection, createWorld } from '../../../support/page-fixtures/connection.ts';
import { comparisonOf, entryOf, nodeOf, pieceOf } from '../../../support/page-fixtures/etc.ts';
import { fixtureDetail, fixtureFacts, fixtureSet, staged } from '../../../support/page-fixtures/hosts.ts';

const ENTRIES = 10_000;
const LINES = 20_000;
/** Opened first, and small. */
const SMALL = 'a-small.conf';
const LARGE = 'a-large.conf';

const files = Array.from(
  { length: ENTRIES - 2 },
  (_, number) => `folder-${String(Math.floor(number / 30))}.d/${String(number)}-settings.conf`,
);
const entries = [SMALL, LARGE, ...files].map((path) => entryOf(path));

function textOf(side: EtcSide): Uint8Array {
  const every = { base: 0, local: 97, target: 101 }[side];
  const lines = Array.from({ length: LINES }, (_, number) => {
    const isChanged = every > 0 && number % every === 0;
    return `option_${String(number)} = ${isChanged ? side : 'value'} # as it is shipped with the image\n`;
  });
  return new TextEncoder().encode(lines.join(''));
}

// Made before anybody asks: what a core would do is not the page's time.
const sides = ['base', 'local', 'target'] as const;
const whole = new Map(
  sides.map((side) => {
    const bytes = textOf(side);
    const question = { view: 'staged' as const, side, path: LARGE, offset: 0, length: bytes.length, reveal: false };
    return [side, pieceOf(bytes, question, nodeOf({ size: bytes.length }))] as const;
  }),
);

const world = createWorld(fixtureDetail(fixtureFacts(fixtureSet({ staged }))));
world.etc.compare = (view) => comparisonOf(entries, { view });
world.etc.content = (question) => {
  const large = question.path === LARGE && question.offset === 0 ? whole.get(question.side) : undefined;
  return large ?? pieceOf(new TextEncoder().encode(`${question.side}\n`), question, nodeOf());
};

history.replaceState(null, '', '#/host/h1/etc');
createRoot(document.getElementById('root')!).render(
  <App connect={() => Promise.resolve(createFixtureConnection(world))} />,
);
