import { buildApp } from 'fauxqs';
import { openStores } from './fauxqs-storage.ts';

/** The running SQS. */
export interface LocalSqs {
  /** Where it listens; queue URLs name the AWS endpoint instead. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts fauxqs in this process, on a free port of the loopback interface. With `dataDir` queues and messages survive restarts. */
export async function startSqs(options: { region: string; dataDir?: string }): Promise<LocalSqs> {
  const storage = options.dataDir === undefined ? undefined : await openStores(options.dataDir);
  const app = buildApp({
    logger: false,
    defaultRegion: options.region,
    ...(storage === undefined ? {} : { stores: storage.stores }),
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    async stop() {
      await app.close();
      storage?.close();
    },
  };
}
