// Nothing is imported here that an old Node cannot load: it has to reach the message below.
const needed = [24, 9];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < needed[0]! || (major === needed[0] && minor < needed[1]!)) {
  process.stderr.write(`Afterword needs Node.js ${needed.join('.')} or newer; this is ${process.versions.node}.\n`);
  process.exit(78);
}
const { serve } = await import('./server/serve.js');
await serve();
