import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard/index.js';
import { Construct } from 'constructs';
import { fixedId } from '../fixed-id.ts';
import type { Metric } from './metric.ts';

/** One line of a graph: a metric, or metric math, which names metrics by their ids. */
export type Line =
  | { readonly metric: Metric; readonly label: string }
  /** Computed with, and not shown. */
  | { readonly metric: Metric; readonly id: string }
  | { readonly expression: string; readonly label: string };

export interface Graph {
  readonly title: string;
  /** What the figures count. */
  readonly unit: string;
  readonly lines: readonly Line[];
}

/** Graphs under a heading. */
export interface Section {
  readonly heading: string;
  readonly graphs: readonly Graph[];
}

export interface DashboardProps {
  readonly name: string;
  readonly region: string;
  /** Whose states stand above everything else. */
  readonly alarmArns: readonly string[];
  readonly sections: readonly Section[];
  readonly periodSeconds: number;
}

const [COLUMNS, GRAPH_WIDTH, GRAPH_HEIGHT, ALARMS_HEIGHT] = [24, 8, 6, 4];

/**
 * All figures on one page, three graphs a row, `aws_cloudwatch_dashboard.<id>`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const dashboard = new CloudwatchDashboard(this, 'this', {
      dashboardName: props.name,
      dashboardBody: JSON.stringify({ widgets: widgets(props) }),
    });
    fixedId(dashboard, id);
    this.name = dashboard.dashboardName;
  }
}

function widgets({ alarmArns, sections, region, periodSeconds: period }: DashboardProps): readonly object[] {
  const all: object[] = [
    {
      type: 'alarm',
      x: 0,
      y: 0,
      width: COLUMNS,
      height: ALARMS_HEIGHT,
      properties: { title: 'Alarms', alarms: alarmArns },
    },
  ];
  let y = ALARMS_HEIGHT;
  for (const { heading, graphs } of sections) {
    all.push({ type: 'text', x: 0, y, width: COLUMNS, height: 1, properties: { markdown: `## ${heading}` } });
    y += 1;
    const perRow = COLUMNS / GRAPH_WIDTH;
    for (const [index, { title, unit, lines }] of graphs.entries()) {
      const x = (index % perRow) * GRAPH_WIDTH;
      const yAxis = { left: { label: unit, min: 0, showUnits: false } };
      const properties = { title, region, period, view: 'timeSeries', stacked: false, yAxis, metrics: lines.map(row) };
      const at = { x, y: y + Math.floor(index / perRow) * GRAPH_HEIGHT, width: GRAPH_WIDTH, height: GRAPH_HEIGHT };
      all.push({ type: 'metric', ...at, properties });
    }
    y += Math.ceil(graphs.length / perRow) * GRAPH_HEIGHT;
  }
  return all;
}

function row(line: Line): readonly unknown[] {
  if ('expression' in line) return [{ expression: line.expression, label: line.label }];
  const { namespace, name, dimensions, statistic: stat } = line.metric;
  const how = 'id' in line ? { stat, id: line.id, visible: false } : { stat, label: line.label };
  return [namespace, name, ...Object.entries(dimensions).flat(), how];
}
