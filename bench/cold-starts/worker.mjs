// Loads a function's bundle, hands it its first request, and writes to file descriptor 3 how long the process has been running by then.
// It is no TypeScript, imports nothing and has no channel: all that would be in what is measured. Arguments: the bundle, the event.
const [, , bundle, event] = process.argv;
const used = () => {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() };
};

const { handler } = await import(bundle);
const loaded = used();
const context = { awsRequestId: 'request-1', functionName: 'bench', getRemainingTimeInMillis: () => 10_000 };
const answer = await handler(JSON.parse(event), context);
const answered = used();
const report = { loaded, answered, answer: JSON.stringify(answer) ?? '', builtins: process.moduleLoadList };
process.getBuiltinModule('fs').writeSync(3, JSON.stringify(report));
process.exit();
