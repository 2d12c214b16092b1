import type { Environment } from '../../environments/environment.ts';
import type { Metric } from '../../modules/monitoring/metric.ts';
import type { Watched } from '../watched.ts';

/** The four triggers for a rollback. */
type AlarmGroup = 'authorization-failures' | 'performance' | 'access-issues' | 'security-incidents';

/** One alarm: `<app>-<environment>-<id>` in CloudWatch, with the runbook docs/runbooks/<id>.md. */
export interface AlarmSpec {
  readonly id: string;
  readonly group: AlarmGroup;
  /** What it means for the people who use the API. A sentence. */
  readonly means: string;
  /** What is compared, with its unit. */
  readonly figure: string;
  readonly when: 'above' | 'below';
  /** Unless `alarms.thresholds` says otherwise. */
  readonly threshold: number;
  /** What the figure is made of, by the ids that `expression` has for it. */
  readonly metrics: (watched: Watched) => Readonly<Record<string, Metric>>;
  /**
   * Metric math; absent where the figure is the one metric.
   * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
   */
  readonly expression?: string | ((ids: readonly string[]) => string);
  readonly periodSeconds: number;
  /** So many of the last so many periods have to be beyond the threshold. */
  readonly periods: readonly [beyond: number, of: number];
  /** What no data means, and why. */
  readonly missing: { readonly is: 'breaching' | 'notBreaching'; readonly because: string };
  /** Where it is there at all; everywhere when absent. */
  readonly isNeeded?: (environment: Environment) => boolean;
}

/** No data, since nothing has happened that could go wrong. */
export const idle = (because: string): AlarmSpec['missing'] => ({ is: 'notBreaching', because });

/** How often something happened: a count that nobody wrote in a period is 0, and not unknown. */
export const counted = (id: string): string => `FILL(${id}, 0)`;

/** Of all these counts together. */
export const sumOf = (ids: readonly string[]): string => `SUM([${ids.map(counted).join(', ')}])`;

/** The share that `some` have in `all`, in percent; `otherwise` where all are fewer than `least`, and tell nothing. */
export const shareOf = (
  some: string,
  all: string,
  { least, otherwise }: { least: number; otherwise: number },
): string => `IF(${all} >= ${least}, 100 * ${some} / ${all}, ${otherwise})`;
