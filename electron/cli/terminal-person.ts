import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Person } from './console.ts';

/** The person at the terminal of this process; null when stdin or stderr is none, so that nobody would see a question. */
export function terminalPerson(stdin: NodeJS.ReadStream, stderr: NodeJS.WriteStream): Person | null {
  if (!stdin.isTTY || !stderr.isTTY) return null;

  function readLine(question: string, echo: boolean): Promise<string | null> {
    return new Promise((resolve) => {
      let isMuted = false;
      // readline edits the line itself, so that without an echo it is enough to write nothing.
      const output = new Writable({
        write(chunk: Buffer, _encoding, done) {
          if (!isMuted) stderr.write(chunk);
          done();
        },
      });
      const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
      const finish = (answer: string | null) => {
        // First, for closing tells of an end without an answer.
        resolve(answer);
        lines.close();
        if (!echo || answer === null) stderr.write('\n');
      };
      lines.once('SIGINT', () => {
        finish(null);
      });
      lines.once('close', () => {
        resolve(null);
      });
      lines.question(question, finish);
      isMuted = !echo;
    });
  }
  return {
    ask: (question) => readLine(question, true),
    askSecret: (question) => readLine(question, false),
  };
}
