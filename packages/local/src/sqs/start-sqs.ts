import { buildApp } from 'fauxqs';
import { isLoopbackHost } from '../base/loopback-host.ts';
import { openStores } from './fauxqs-storage.ts';
import { type QueueState, queueStates } from './queue-states.ts';

/** The running SQS. */
export interface LocalSqs {
  /** Where it listens; queue URLs name the AWS endpoint instead. */
  readonly origin: string;
  /** What is in each queue at the moment. */
  queues(): readonly QueueState[];
  stop(): Promise<void>;
}

/** Starts fauxqs in this process, on a free port of the loopback interface. With `dataDir` queues and messages survive restarts. */
export async function startSqs(options: { region: string; dataDir?: string }): Promise<LocalSqs> {
  const storage = await openStores(options.dataDir);
  const app = buildApp({
    logger: false,
    defaultRegion: options.region,
    stores: storage.stores,
  });
  // It also speaks SNS and S3, by forms that any web page may post. SQS alone is wanted, and its header is one that no page
  // can send to another origin without a preflight.
  app.addHook('onRequest', async ({ headers }, reply) => {
    const isOurs = isLoopbackHost(headers.host) && String(headers['x-amz-target']).startsWith('AmazonSQS.');
    if (!isOurs) return reply.code(403).send();
  });
  const origin = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    queues: () => queueStates(storage.stores.sqsStore),
    async stop() {
      await app.close();
      storage.close();
    },
  };
}
