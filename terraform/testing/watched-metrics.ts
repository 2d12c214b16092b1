import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { resource, resources } from './synthesized.ts';

/** A metric that an alarm or the dashboard names. Of one by its values, `by` is the dimension that has them. */
export interface NamedMetric {
  readonly where: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly by?: string;
  readonly statistic: string;
}

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly (readonly unknown[])[];
  };
}

/** The widgets of the dashboard. */
export function widgetsOf(document: TerraformDocument): readonly Widget[] {
  const body = String(resource(document, 'aws_cloudwatch_dashboard', 'dashboard').dashboard_body);
  return (JSON.parse(body) as { widgets: Widget[] }).widgets;
}

/** All that alarms and dashboard name. @throws Error for a search that is not of the form that is written here */
export function watchedMetrics(document: TerraformDocument): readonly NamedMetric[] {
  return [...ofAlarms(document), ...ofDashboard(document)];
}

interface AlarmMetric {
  readonly metric_name: string;
  readonly namespace: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly stat?: string;
  readonly statistic?: string;
  readonly extended_statistic?: string;
}

function ofAlarms(document: TerraformDocument): readonly NamedMetric[] {
  return Object.entries(resources(document, 'aws_cloudwatch_metric_alarm')).flatMap(([where, alarm]) => {
    const queries = (alarm.metric_query ?? []) as readonly { readonly metric?: AlarmMetric }[];
    const metrics =
      queries.length > 0 ? queries.flatMap(({ metric }) => metric ?? []) : [alarm as unknown as AlarmMetric];
    return metrics.map(({ metric_name: name, namespace, dimensions, stat, statistic, extended_statistic }) => ({
      where,
      namespace,
      name,
      dimensions,
      statistic: stat ?? statistic ?? extended_statistic ?? '',
    }));
  });
}

const SEARCH = /^SEARCH\('\{"([^"]+)",([\w,]+)\} MetricName="(\w+)"((?: \w+="[^"]+")*)', '(\w+)', \d+\)$/;

function ofDashboard(document: TerraformDocument): readonly NamedMetric[] {
  return widgetsOf(document).flatMap(({ properties: { title: where = '', metrics = [] } }) =>
    metrics.flatMap((row) => {
      const how = row.at(-1) as { readonly stat?: string; readonly expression?: string };
      if (how.expression !== undefined)
        return how.expression.startsWith('SEARCH') ? [searched(where, how.expression)] : [];
      const [namespace = '', name = '', ...pairs] = row.slice(0, -1).map(String);
      const dimensions: Record<string, string> = {};
      for (let index = 0; index < pairs.length; index += 2) dimensions[String(pairs[index])] = String(pairs[index + 1]);
      return [{ where, namespace, name, dimensions, statistic: how.stat ?? '' }];
    }),
  );
}

function searched(where: string, expression: string): NamedMetric {
  const found = SEARCH.exec(expression);
  if (found === null) throw new Error(`${where}: ${expression} is another search`);
  const [, namespace = '', schema = '', name = '', terms = '', statistic = ''] = found;
  const dimensions = Object.fromEntries([...terms.matchAll(/(\w+)="([^"]+)"/g)].map(([, key, value]) => [key, value]));
  const by = schema.split(',').filter((key) => !(key in dimensions));
  if (by.length !== 1) throw new Error(`${where}: ${expression} is by ${by.join(' and ')}`);
  return { where, namespace, name, dimensions, by: String(by[0]), statistic };
}
