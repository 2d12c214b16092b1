import { describe, expect, it } from '@jest/globals';
import { createParts } from './parts.ts';

function fakePart(name: string, log: string[], exited?: Promise<string>) {
  return { ...(exited === undefined ? {} : { exited }), stop: async () => void log.push(name) };
}

describe('parts', () => {
  it('end in the opposite order, once', async () => {
    const log: string[] = [];
    const parts = createParts();
    await parts.start(() => fakePart('a', log));
    await parts.start(async () => fakePart('b', log));
    await Promise.all([parts.stop(), parts.stop()]);
    expect(log).toEqual(['b', 'a']);
  });

  it('end when one of them cannot start', async () => {
    const log: string[] = [];
    const parts = createParts();
    await parts.start(() => fakePart('a', log));
    await expect(parts.start(() => Promise.reject(new Error('no port')))).rejects.toThrow('no port');
    expect(log).toEqual(['a']);
  });

  it('start beside each other, and end, when one of them cannot, before that is told', async () => {
    const log: string[] = [];
    const parts = createParts();
    const [first, second] = [Promise.withResolvers<ReturnType<typeof fakePart>>(), Promise.withResolvers<never>()];
    const both = Promise.all([parts.start(() => first.promise), parts.start(() => second.promise)]);
    second.reject(new Error('no port'));
    setImmediate(() => first.resolve(fakePart('a', log)));
    await expect(both).rejects.toThrow('no port');
    expect(log).toEqual(['a']);
  });

  it('end in the order of their beginnings, whichever has started first', async () => {
    const log: string[] = [];
    const parts = createParts();
    const slow = Promise.withResolvers<ReturnType<typeof fakePart>>();
    const starting = parts.start(() => slow.promise);
    await parts.start(() => fakePart('fast', log));
    slow.resolve(fakePart('slow', log));
    await starting;
    await parts.stop();
    expect(log).toEqual(['fast', 'slow']);
  });

  it('end even when one of them fails to', async () => {
    const log: string[] = [];
    const parts = createParts();
    await parts.start(() => fakePart('a', log));
    await parts.start(() => ({ stop: () => Promise.reject(new Error('stuck')) }));
    await parts.start(() => ({
      stop: () => {
        throw new Error('stuck at once');
      },
    }));
    await parts.stop();
    expect(log).toEqual(['a']);
  });

  it('do not start any more once stopped', async () => {
    const log: string[] = [];
    const parts = createParts();
    const slow = Promise.withResolvers<ReturnType<typeof fakePart>>();
    const starting = parts.start(() => slow.promise);
    const stopping = parts.stop();
    slow.resolve(fakePart('slow', log));
    await expect(starting).rejects.toThrow('stopped');
    await stopping;
    expect(log).toEqual(['slow']);
    await expect(parts.start(() => fakePart('late', log))).rejects.toThrow('stopped');
    expect(log).toEqual(['slow']);
  });

  it('that end by themselves are a crash, in their words', async () => {
    const parts = createParts();
    const exit = Promise.withResolvers<string>();
    await parts.start(() => fakePart('a', [], new Promise(() => undefined)));
    await parts.start(() => fakePart('b', [], exit.promise));
    exit.resolve('b has ended');
    expect(await parts.crashed).toBe('b has ended');
  });

  it('that end because all are being stopped are none', async () => {
    const parts = createParts();
    const exit = Promise.withResolvers<string>();
    await parts.start(() => fakePart('a', [], exit.promise));
    exit.resolve('a has ended');
    await parts.stop();
    const afterwards = new Promise((resolve) => setImmediate(resolve, 'none'));
    expect(await Promise.race([parts.crashed, afterwards])).toBe('none');
  });

  it('are not heard about each other from the moment on that they are being stopped', async () => {
    const heard: unknown[] = [];
    const parts = createParts();
    const say = parts.untilStopped((error) => heard.push(error));
    const lastWords = { stop: () => say('the tables do not answer') };
    await parts.start(() => lastWords);
    say('a fault');
    await parts.stop();
    say('nobody answers');
    expect(heard).toEqual(['a fault']);
  });
});
