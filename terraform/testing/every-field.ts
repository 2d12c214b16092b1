import type { Environment } from '../environments/environment.ts';
import { prod } from '../environments/prod/environment.ts';
import { fieldPaths } from './field-paths.ts';

/** Fields that no environment of ours sets; they need not go together. */
const UNSET: Partial<Environment> = {
  publicUrl: 'https://api.example.com',
  dataRoleArn: 'arn:aws:iam::123456789012:role/data',
  endpointUrls: { dynamodb: 'https://a.example', sqs: 'https://b.example', sts: 'https://c.example' },
  sessions: { ...prod.sessions, absoluteSeconds: 3600, ttlHours: 1 },
};

/** The path of every field that an environment may have. */
export const EVERY_FIELD: readonly string[] = fieldPaths({ ...prod, ...UNSET });
