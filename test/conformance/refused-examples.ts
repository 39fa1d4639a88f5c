const withoutBase = [
  'codesystem-extensions-CodeSystem-author',
  'codesystem-extensions-CodeSystem-effective',
  'codesystem-extensions-CodeSystem-end',
  'codesystem-extensions-CodeSystem-keyword',
  'codesystem-extensions-CodeSystem-workflow',
  'valueset-extensions-ValueSet-author',
  'valueset-extensions-ValueSet-effective',
  'valueset-extensions-ValueSet-end',
  'valueset-extensions-ValueSet-keyword',
  'valueset-extensions-ValueSet-workflow',
];

/** Official examples that are not valid R4 themselves, by file, with the reason. All others must go in. */
export const refusedExamples: Readonly<Record<string, string>> = {
  ...Object.fromEntries(withoutBase.map((id) => [`SearchParameter-${id}.json`, 'SearchParameter.base must be there (1..*)'])),
  'SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject.json': 'the id has 66 characters: 64 are allowed',
  'DeviceMetric-example.json': 'DeviceMetric.parent refers to a DeviceDefinition: Device is allowed',
  'DeviceUseStatement-example.json': 'DeviceUseStatement.reasonReference refers to a type that is not among its targets',
  'MedicationRequest-medrx0301.json': 'MedicationRequest.dispenseRequest.performer refers to a Practitioner: Organization is allowed',
  'Observation-clinical-gender.json': 'Observation.performer refers to a type that is not among its targets',
  'Questionnaire-qs1.json': 'items without a linkId (1..1)',
  'ImplementationGuide-fhir.json': 'name and status are missing (1..1), and a reference is no reference',
  'ig-r4.json': 'name and status are missing (1..1), and a reference is no reference',
};

/** Larger than the API's limit for a body (16 MB): refused before it is read. */
export const tooLarge: ReadonlySet<string> = new Set(['Bundle-resources.json', 'Bundle-dataelements.json']);
