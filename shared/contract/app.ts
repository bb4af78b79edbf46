import * as z from 'zod';
import { AppInfo } from '../model/app-info.ts';
import { Settings } from '../model/settings.ts';
import { base } from './errors.ts';

export const app = {
  /** What this Berth is; of the workspace that this connection shows. */
  info: base.output(AppInfo),
  /** Starts the demo fleet and turns this connection to it. The page then asks for everything anew. */
  openDemo: base.input(z.object({ hosts: z.int().min(1).max(5000) })).output(AppInfo),
  /** Turns this connection back to the user's own inventory; the demo fleet ends. */
  closeDemo: base.output(AppInfo),
};

export const settings = {
  get: base.output(Settings),
  set: base.input(Settings).output(Settings),
};
