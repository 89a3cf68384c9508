import { main } from './main.js';
import { processTerminal } from './terminal.js';

// A reader that has seen enough (`| head`) closes the pipe: that is no error of ours. A run goes on without one, whatever
// becomes of its output.
const outlivesReader = process.argv[2] === 'train';
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (!outlivesReader) process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}
process.exitCode = await main(process.argv.slice(2), processTerminal());
