import './styles/all.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { connect } from './connect.ts';
import { applyTheme, rememberedTheme } from './state/theme.ts';

// Before the core has told the settings, so that a dark room stays dark.
applyTheme(rememberedTheme());

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <App connect={connect} />
  </StrictMode>,
);
