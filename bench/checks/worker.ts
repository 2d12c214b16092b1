/** Checks to be made, so many of them at once. */
export interface Checks {
  readonly count: number;
  readonly inFlight: number;
}

/** Checks per second that went by, and microseconds of CPU for each, of this process alone. */
export type Measured = Readonly<Record<'perSecond' | 'cpuUs', number>>;

const { check } = (await import(process.argv[2] ?? '')) as { readonly check: () => Promise<boolean> };

process.on('message', (checks: Checks) => {
  measure(checks).then(
    (measured) => process.send?.(measured),
    (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
process.send?.('ready');

async function measure({ count, inFlight }: Checks): Promise<Measured> {
  const [startedMs, startedCpu] = [performance.now(), process.cpuUsage()];
  let left = count;
  const lane = async () => {
    for (; left > 0; ) {
      left -= 1;
      if (!(await check())) throw new Error('a session was not found');
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const { user, system } = process.cpuUsage(startedCpu);
  return { perSecond: (count * 1000) / (performance.now() - startedMs), cpuUs: (user + system) / count };
}
