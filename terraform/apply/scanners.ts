import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

/** Something that a scanner holds against a resource. */
export interface Finding {
  /** As the scanner calls it: `CKV_AWS_272`, `RESOURCE_STAR`. */
  readonly finding: string;
  /** Of the resource: `aws_iam_role_policy.health`. */
  readonly address: string;
  /** In the scanner's words. */
  readonly detail: string;
}

/** What checkov writes with `-o json`. */
interface CheckovReport {
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
    }[];
  };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

/** What checkov finds in a plan, and how many checks it had nothing to say against. */
export interface CheckovResult {
  readonly findings: readonly Finding[];
  readonly passed: number;
}

/**
 * Has checkov look at a plan, by its own rules alone: it fetches nothing.
 *
 * @param python of the virtual environment that has it
 * @param planFile what `terraform show -json` says of the plan
 * @throws Error when it cannot read the plan
 */
export async function runCheckov(python: string, planFile: string): Promise<CheckovResult> {
  const program = join(dirname(python), 'checkov');
  const what = ['-f', planFile, '--framework', 'terraform_plan', '--skip-download'];
  const how = ['--compact', '--quiet', '--soft-fail', '-o', 'json'];
  const { results, summary } = JSON.parse(await run(program, [...what, ...how])) as CheckovReport;
  if (summary.parsing_errors > 0) throw new Error(`checkov cannot read ${planFile}`);
  const findings = results.failed_checks.map((check) => ({
    finding: check.check_id,
    address: check.resource,
    detail: check.check_name,
  }));
  return { findings, passed: summary.passed };
}

/**
 * Has parliament look at policies.
 *
 * @param python of the virtual environment that has it
 * @param policies documents as JSON text, by the address of their resource
 */
export async function runParliament(
  python: string,
  policies: Readonly<Record<string, string>>,
): Promise<readonly Finding[]> {
  const program = join(import.meta.dirname, 'parliament_findings.py');
  return JSON.parse(await run(python, [program], JSON.stringify(policies))) as readonly Finding[];
}

async function run(program: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn(program, args);
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(input);
  const [output, problems, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  if (code !== 0) throw new Error(`${program} failed (exit code ${code}):\n${problems}`);
  return output;
}
