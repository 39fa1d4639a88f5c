import type { Operation } from '../call.ts';

/** http://hl7.org/fhir/R4/capabilitystatement-operation-versions.html: the versions of FHIR that the `fhirVersion` of a media type may name. */
export const versions: Operation = {
  name: 'versions',
  level: 'system',
  definition: 'http://hl7.org/fhir/OperationDefinition/CapabilityStatement-versions',
  affectsState: false,
  run: async () => ({ resourceType: 'Parameters', parameter: [{ name: 'version', valueCode: '4.0' }, { name: 'default', valueCode: '4.0' }] }),
};
