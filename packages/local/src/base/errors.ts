import { CloakroomError } from '@cloakroom/core';

/** The synthesized stack cannot be run here. `path` says where in cdk.tf.json, `reason` why. */
export class StackError extends CloakroomError {
  override readonly name = 'StackError';
  readonly code = 'STACK_INVALID';
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(`${path}: ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** The stack has no function, or no alias or version, of that name. Lambda's ResourceNotFoundException. */
export class FunctionNotFoundError extends CloakroomError {
  override readonly name = 'FunctionNotFoundError';
  readonly code = 'FUNCTION_NOT_FOUND';
  readonly functionName: string;

  constructor(functionName: string) {
    super(`there is no function ${functionName}`);
    this.functionName = functionName;
  }
}

/** Something else already listens on a port that a local part wants. */
export class PortInUseError extends CloakroomError {
  override readonly name = 'PortInUseError';
  readonly code = 'PORT_IN_USE';
  readonly port: number;

  constructor(port: number, options?: ErrorOptions) {
    super(`port ${port} is in use`, options);
    this.port = port;
  }
}

/** Another local stack runs on this data directory. */
export class DataDirInUseError extends CloakroomError {
  override readonly name = 'DataDirInUseError';
  readonly code = 'DATA_DIR_IN_USE';
  readonly dataDir: string;
  readonly pid: number;

  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}; if that is no scripts/dev, delete ${dataDir}/lock`);
    this.dataDir = dataDir;
    this.pid = pid;
  }
}
