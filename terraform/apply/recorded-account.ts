import { afterAll } from '@jest/globals';
import { type Account, useAccount } from './applied-fixture.ts';
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.ts';

/** An emulated account, and what stands between it and Terraform. */
export interface RecordedAccount {
  readonly account: Account;
  readonly proxy: RecordingProxy;
}

/** Starts an account behind a proxy for the tests of a file, and ends both after them. */
export function useRecordedAccount(): RecordedAccount {
  let proxy: RecordingProxy | undefined;
  const account = useAccount(async (emulator) => {
    proxy = await startRecordingProxy(emulator);
    return proxy.url;
  });
  afterAll(() => proxy?.stop());
  return {
    account,
    get proxy() {
      if (proxy === undefined) throw new Error('the proxy is there from beforeAll on');
      return proxy;
    },
  };
}
