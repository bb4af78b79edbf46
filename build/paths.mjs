import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Everything that is built; nothing else is in it. */
export const dist = path.join(root, 'dist');
