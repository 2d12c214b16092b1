/** Sets the clock of this process ahead, by as much as is answered when it is asked what time it is. Returns how to set it right. */
export function shiftDate(aheadSeconds: () => number): () => void {
  const RealDate = Date;
  const now = () => RealDate.now() + aheadSeconds() * 1000;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args) => Reflect.construct(target, args.length === 0 ? [now()] : args),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  return () => {
    globalThis.Date = RealDate;
  };
}
