import { bootcStatus } from './status-json.ts';
import { runDemoCommand, type DemoCommandContext } from './commands.ts';
import { createLineEditor } from './line-editor.ts';
import { shellWords } from './shell-words.ts';

/** The terminal of a simulated shell. */
export interface DemoTerminal {
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
  readonly size: () => { readonly columns: number; readonly rows: number };
  /** It has ended, with this code. */
  readonly exit: (code: number) => void;
}

export interface DemoShell {
  push(bytes: Uint8Array): void;
  /** Nobody is there any more. */
  hangUp(): void;
}

export interface DemoShellOptions {
  readonly terminal: DemoTerminal;
  readonly user: string;
  readonly startedAt: number;
  /** The host as it is when it is asked. */
  readonly context: (signal: AbortSignal) => DemoCommandContext;
}

/** A command that prints more than one answer holds, line by line. */
type Printer = (args: readonly string[], columns: number) => Iterable<string>;

const CHUNK = 16 * 1024;

const printers: Readonly<Record<string, Printer>> = {
  yes: ([word = 'y']) => endless(() => word),
  flood: (_, columns) => {
    let count = 0;
    return endless(() => {
      count += 1;
      return `\u001b[3${String(count % 8)}m${String(count).padStart(10)} ${'flood → '.repeat(Math.max(1, Math.floor((columns - 12) / 8)))}\u001b[m`;
    });
  },
  *seq(args) {
    const [first, last] = args.length > 1 ? args : ['1', args[0]];
    for (let number = Number(first); number <= Number(last); number += 1) yield String(number);
  },
  *colours() {
    for (let row = 0; row < 16; row += 1) {
      yield (
        Array.from({ length: 16 }, (_, column) => `\u001b[48;5;${String(row * 16 + column)}m  `).join('') + '\u001b[m'
      );
    }
  },
};

const HELP = [
  'This is a simulated host: nothing here is real or leaves this computer.',
  'Commands: bootc status, cat /etc/os-release, clear, colours, date, echo,',
  'exit, flood, hostname, id, seq N, sleep N, stty size, systemctl --failed,',
  'title TEXT, uname -a, uptime, whoami, yes',
];

/** A small shell at a terminal: a prompt, an echo, and a few commands that say what the simulated host is. */
export function createDemoShell({ terminal, user, startedAt, context }: DemoShellOptions): DemoShell {
  let running: AbortController | null = null;
  /** What was typed while a command ran. */
  const waiting: string[] = [];
  const { spec } = context(new AbortController().signal).state;
  const prompt = `[${user}@${spec.name} demo]$ `;
  const print = (text: string) => void terminal.write(text.replaceAll(/\r?\n/g, '\r\n'));

  const editor = createLineEditor({
    echo: print,
    onLine(line) {
      if (running) waiting.push(line);
      else void run(line);
    },
    onInterrupt() {
      print('^C\n');
      waiting.length = 0;
      if (running) running.abort();
      else print(prompt);
    },
    onEnd() {
      if (running) return;
      print('logout\n');
      terminal.exit(0);
    },
    onClear: () => print(`\u001b[2J\u001b[H${prompt}${editor.line}`),
  });

  async function run(line: string): Promise<void> {
    const own = new AbortController();
    running = own;
    const words = shellWords(line) ?? [line.trim()];
    const isOver = await answer(words, line, own.signal);
    running = null;
    if (isOver) return;
    const next = waiting.shift();
    print(prompt);
    if (next !== undefined) {
      print(`${next}\n`);
      void run(next);
    }
  }

  /** True: the shell has ended. */
  async function answer([name = '', ...args]: readonly string[], line: string, signal: AbortSignal): Promise<boolean> {
    const { columns, rows } = terminal.size();
    const printer = Object.hasOwn(printers, name) ? printers[name] : undefined;
    if (printer) await pour(printer(args, columns), signal);
    else if (name === 'exit' || name === 'logout') {
      terminal.exit(Number(args[0] ?? 0) & 255);
      return true;
    } else if (name === 'help') print(`${HELP.join('\n')}\n`);
    else if (name === 'clear') print('\u001b[2J\u001b[H');
    else if (name === 'title') print(`\u001b]0;${args.join(' ')}\u0007`);
    else if (name === 'stty' && args[0] === 'size') print(`${String(rows)} ${String(columns)}\n`);
    else if (name === 'bootc' && args[0] === 'status') {
      print(`${JSON.stringify(JSON.parse(bootcStatus(context(signal).state, { startedAt })), null, 2)}\n`);
    } else if (line.trim() !== '') {
      const { stdout, stderr } = await runDemoCommand(line, context(signal));
      if (!signal.aborted) print(stdout + stderr);
    }
    return false;
  }

  /** As fast as the other side takes it, until the signal aborts. */
  async function pour(lines: Iterable<string>, signal: AbortSignal): Promise<void> {
    let text = '';
    for (const each of lines) {
      text += `${each}\r\n`;
      if (text.length < CHUNK) continue;
      await terminal.write(text);
      // Keys are heard in between, also where there is always room.
      await new Promise((resolve) => setImmediate(resolve));
      text = '';
      if (signal.aborted) return;
    }
    await terminal.write(text);
  }

  print(
    `\u001b]0;${user}@${spec.name} (demo)\u0007A simulated host of Berth’s demo. help tells what it knows.\n\n${prompt}`,
  );
  return {
    push: (bytes) => editor.push(bytes),
    hangUp: () => running?.abort(),
  };
}

function* endless(line: () => string): Generator<string> {
  for (;;) yield line();
}
