import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PlannedAction, type PlannedChange, readChanges } from '../plan/planned-changes.ts';
import type { TerraformDocument } from '../synthesis/terraform-document.ts';
import { endpointVariables, overlaid, type Substitution, substitutions } from './overlay.ts';
import { readActions } from './planned-change.ts';
import type { Mirror, RealParts } from './real-parts.ts';
import { type RunningProvider, startProvider } from './running-provider.ts';
import { type Outcome, type StartedProgram, startProgram } from './started-program.ts';

/** What tells Terraform where providers come from: the mirror, or else where Terraform looks by itself. */
export function cliConfiguration(mirror: Mirror | undefined): string {
  if (mirror === undefined) return '';
  return `provider_installation { filesystem_mirror { path = ${JSON.stringify(mirror.folder)} } }`;
}

/** A folder with one stack, as a user has it in `terraform/environments/<env>`, and Terraform in it. */
export class Workspace {
  readonly folder: string;
  readonly #parts: RealParts;
  readonly #substitutions: readonly Substitution[];
  readonly #endpoint: Readonly<Record<string, string>>;
  readonly #keepsProvider: boolean;
  #provider: Promise<RunningProvider> | undefined;

  /**
   * @param endpoint of the emulator, or of a proxy before it
   * @param keepsProvider whether one process of the provider serves all runs that end by themselves: not for a stack with two
   * configurations of it. Default: yes
   */
  constructor(parts: RealParts, endpoint: string, { keepsProvider = true } = {}) {
    this.#parts = parts;
    this.#keepsProvider = keepsProvider;
    this.#endpoint = endpointVariables(endpoint);
    this.#substitutions = substitutions(endpoint, parts.mirror);
    this.folder = mkdtempSync(join(tmpdir(), 'cloakroom-apply-'));
    writeFileSync(this.#cliConfiguration, cliConfiguration(parts.mirror));
  }

  /** Puts a stack into the folder, in place of the one before. */
  write(document: TerraformDocument): void {
    writeFileSync(join(this.folder, 'cdk.tf.json'), JSON.stringify(overlaid(document, this.#substitutions), null, 2));
  }

  /** Runs Terraform as it is, and says how it ended. */
  async run(...args: readonly string[]): Promise<Outcome> {
    const variables = this.#keepsProvider && args[0] !== 'init' ? (await this.#runningProvider()).variables : {};
    return this.#spawn(args, variables).outcome;
  }

  /** Starts Terraform with a provider of its own, in a process group of theirs: `kill` ends both at once. */
  start(...args: readonly string[]): StartedProgram {
    return this.#spawn(args, {});
  }

  #runningProvider(): Promise<RunningProvider> {
    this.#provider ??= startProvider(this.folder, this.#endpoint);
    return this.#provider;
  }

  #spawn(args: readonly string[], variables: Readonly<Record<string, string>>): StartedProgram {
    const { TF_CLI_CONFIG_FILE: _, TF_PLUGIN_CACHE_DIR: __, ...inherited } = process.env;
    const env = {
      ...inherited,
      TF_CLI_CONFIG_FILE: this.#cliConfiguration,
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_INPUT: '0',
      // Half of Terraform's work here is collecting garbage of the provider's schema.
      GOGC: '800',
      GOMEMLIMIT: '1GiB',
      ...this.#endpoint,
      ...variables,
    };
    // For whoever wonders why a run takes so long.
    const told = (text: string) => appendFileSync(join(this.folder, 'terraform.log'), text);
    return startProgram(this.#parts.terraform, args, { cwd: this.folder, env, told });
  }

  /**
   * Runs Terraform, and answers what it printed.
   *
   * @throws Error with all that it printed, when it fails
   */
  async succeed(...args: readonly string[]): Promise<string> {
    const { code, output } = await this.run(...args);
    if (code !== 0) throw new Error(`terraform ${args.join(' ')} failed (exit code ${code}):\n${output}`);
    return output;
  }

  init(): Promise<string> {
    return this.succeed('init', '-no-color', '-reconfigure');
  }

  /**
   * What an apply would change.
   *
   * @param refresh whether what stands is asked for first. Default: yes
   */
  async plan({ refresh = true } = {}): Promise<readonly PlannedChange[]> {
    await this.succeed('plan', '-no-color', '-out=plan', ...(refresh ? [] : ['-refresh=false']));
    return readChanges(await this.planned());
  }

  /**
   * What an apply would do to which resource, without asking what stands: for many plans, since each is told while it is made, and
   * no other run of Terraform has to read it.
   *
   * @param target the address of what alone is planned, with all that it depends on. Default: everything
   */
  async planActions(target?: string): Promise<readonly PlannedAction[]> {
    const options = target === undefined ? [] : [`-target=${target}`];
    return readActions(await this.succeed('plan', '-json', '-refresh=false', ...options));
  }

  /** The last plan as Terraform tells it: `terraform show -json`. */
  async planned(): Promise<unknown> {
    return JSON.parse(await this.succeed('show', '-json', 'plan')) as unknown;
  }

  apply(): Promise<string> {
    return this.succeed('apply', '-no-color', '-auto-approve');
  }

  /** Applies the last plan. */
  applyPlan(): Promise<string> {
    return this.succeed('apply', '-no-color', 'plan');
  }

  async remove(): Promise<void> {
    (await this.#provider)?.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #cliConfiguration(): string {
    return join(this.folder, 'terraform.rc');
  }
}
