import './styles/all.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { connect } from './connect.ts';
import type { BerthConnection } from './connection/berth-connection.ts';
import { applyTheme, rememberedTheme } from './state/theme.ts';

// Before the core has told the settings, so that a dark room stays dark.
applyTheme(rememberedTheme());

// On its way while React draws; later calls are reconnections.
let first: Promise<BerthConnection> | null = connect();
first.catch(() => undefined);
function connectOnce(): Promise<BerthConnection> {
  const connection = first ?? connect();
  first = null;
  return connection;
}

// While the core is asked: text that is laid out before its fonts are here makes the browser search the system for the next in
// line, which takes longer than all the rest of the first layout. One that cannot be loaded is the style sheet's business.
for (const family of ['Red Hat Text', 'Red Hat Display', 'Red Hat Mono']) {
  document.fonts.load(`1em "${family}"`).catch(() => undefined);
}

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App connect={connectOnce} />
  </StrictMode>,
);
