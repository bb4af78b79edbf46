// Scripted ostree 2024.10: `ostree admin status|pin|undeploy|set-default|unlock|lock-finalization|cleanup` over the scripted host's state.
import { appendFileSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { ostreeStatus, overlay, pin, setDefault, setLocked, stagedOf, ToolError, undeploy } from './model.mjs';

const STATE = '/scripted/state.json';
const state = JSON.parse(readFileSync(STATE, 'utf8'));
const [, , tool, verb, ...rest] = process.argv;

function save(next) {
  if (process.getuid() !== 0) throw new ToolError('Remounting /sysroot read-write: Permission denied');
  appendFileSync('/scripted/calls', `ostree ${[tool, verb, ...rest].join(' ')}\n`);
  writeFileSync(`${STATE}.new`, JSON.stringify(next));
  renameSync(`${STATE}.new`, STATE);
  const now = new Date();
  utimesSync('/ostree/deploy', now, now);
}

function admin() {
  const index = Number(rest.at(-1));
  switch (verb) {
    case 'status':
      if (rest.includes('--json')) throw new ToolError('Unknown option --json');
      process.stdout.write(ostreeStatus(state));
      return;
    case 'pin': {
      const wish = !rest.includes('--unpin');
      save(pin(state, index, wish));
      process.stdout.write(`Deployment ${index} is now ${wish ? 'pinned' : 'unpinned'}\n`);
      return;
    }
    case 'undeploy':
      save(undeploy(state, index));
      process.stdout.write(`Deleted deployment ${state.deployments[index].id}\n`);
      return;
    case 'set-default':
      save(setDefault(state, index));
      return;
    case 'unlock':
      save(overlay(state));
      return;
    case 'lock-finalization':
      if (!stagedOf(state)) throw new ToolError('No staged deployment');
      save(setLocked(state, false));
      return;
    case 'cleanup':
      save(state);
      return;
    default:
      throw new ToolError(`Unknown "admin" subcommand "${verb ?? ''}"`);
  }
}

try {
  if (tool === '--version') process.stdout.write("libostree:\n Version: '2024.10'\n");
  else if (tool === 'admin') admin();
  else throw new ToolError(`Unknown command '${tool ?? ''}'`);
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exit(1);
}
