import { type TerraformMetaArguments, TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * A `terraform_data`. It is no `DataResource` of cdktf: each of those runs `terraform version` in every synthesis, which then fails
 * where there is only OpenTofu. The stack demands a version that knows it anyway.
 *
 * @see https://developer.hashicorp.com/terraform/language/resources/terraform-data
 */
export function terraformData(scope: Construct, id: string, config: TerraformMetaArguments = {}): TerraformResource {
  return new TerraformResource(scope, id, { ...config, terraformResourceType: 'terraform_data' });
}
