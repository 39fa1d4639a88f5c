const emptyNarrative = 'the narrative holds no word, only white space in its elements';
const noBase = 'a draft without the types that it is for';
const longId = 'an id of more than 64 letters';

/**
 * The official examples that are not valid R4, and why: `rule Path` of each fault. Whatever is not here must be valid, and whatever is here
 * must be refused for just these.
 */
export const invalidExamples: Readonly<Record<string, { faults: readonly string[]; because: string }>> = {
  'ActivityDefinition-blood-tubes-supply.json': { faults: ['txt-2 ActivityDefinition.text.`div`'], because: emptyNarrative },
  'ActivityDefinition-heart-valve-replacement.json': { faults: ['txt-2 ActivityDefinition.text.`div`'], because: emptyNarrative },
  'EventDefinition-example.json': { faults: ['txt-2 EventDefinition.text.`div`'], because: emptyNarrative },
  'Questionnaire-zika-virus-exposure-assessment.json': { faults: ['txt-2 Questionnaire.text.`div`'], because: emptyNarrative },
  'Bundle-dataelements.json': { faults: ['bdl-7 Bundle.entry.fullUrl'], because: 'the definition of one element is listed twice' },
  ...Object.fromEntries(['Bundle-10bb101f-a121-4264-a920-67be9cb82c74.json', 'Bundle-3a0707d3-549e-4467-b8b8-5a2ab3800efe.json', 'Bundle-lri-example.json'].map((file) => [file, { faults: ['fullUrl Bundle.entry.fullUrl'], because: 'the address of an entry names another id than its resource has' }])),
  'DeviceMetric-example.json': { faults: ['target DeviceMetric.parent.reference'], because: 'refers to a DeviceDefinition where the definition has Device alone' },
  'DeviceUseStatement-example.json': { faults: ['target DeviceUseStatement.reasonReference.reference'], because: 'refers to a Procedure where the definition has none' },
  'MedicationRequest-medrx0301.json': { faults: ['target MedicationRequest.dispenseRequest.performer.reference'], because: 'refers to a Practitioner where the definition has Organization alone' },
  'Observation-clinical-gender.json': { faults: ['target Observation.performer.reference'], because: 'refers to an Encounter as the performer' },
  'ImplementationGuide-fhir.json': { faults: ['reference ImplementationGuide.manifest.resource.reference.reference', 'min ImplementationGuide.name', 'min ImplementationGuide.status'], because: `made by a program: nameless, and with references to ${longId}` },
  'ig-r4.json': { faults: ['reference ImplementationGuide.manifest.resource.reference.reference', 'min ImplementationGuide.name', 'min ImplementationGuide.status'], because: `made by a program: nameless, and with references to ${longId}` },
  'Questionnaire-qs1.json': { faults: ['min Questionnaire.item.item.linkId', 'min Questionnaire.item.item.item.linkId', 'min Questionnaire.item.item.item.item.linkId'], because: 'items without linkId' },
  'SearchParameter-questionnaireresponse-extensions-QuestionnaireResponse-item-subject.json': { faults: ['id SearchParameter.id'], because: longId },
  ...Object.fromEntries(
    ['CodeSystem-author', 'CodeSystem-effective', 'CodeSystem-end', 'CodeSystem-keyword', 'CodeSystem-workflow', 'ValueSet-author', 'ValueSet-effective', 'ValueSet-end', 'ValueSet-keyword', 'ValueSet-workflow'].map((name) => [
      `SearchParameter-${name.split('-')[0]!.toLowerCase()}-extensions-${name}.json`,
      { faults: ['min SearchParameter.base'], because: noBase },
    ]),
  ),
  ...Object.fromEntries(['Definition', 'Event', 'FiveWs', 'Request'].map((name) => [`StructureDefinition-${name}.json`, { faults: ['sdf-4 StructureDefinition'], because: 'a pattern that is neither abstract nor derived from anything' }])),
};

/** Rules that the general FHIRPath library cannot judge in this way of asking, or answers differently, and why. */
export const rulesJudgedDifferently: Readonly<Record<string, string>> = {
  'ext-1': 'asked of Patient.extension the library does not find value[x]',
  'ref-1': 'the published expression answers nothing for a Reference without reference, and refuses “#”',
  'eld-3': 'the library does not know the type of the text that it is given',
  'que-7': 'the library does not take FHIR’s boolean for its own Boolean',
  'txt-1': 'htmlChecks() is left out by the library',
  'txt-2': 'htmlChecks() is left out by the library',
  'per-1': 'ends of different precision are compared as far as both are written',
  'mdd-1': 'the same',
  'inv-1': 'the same, for a Task',
  'rng-2': 'ends in different units are no fault',
  'dom-3': 'takes a link in a uri as well, as the text of the rule says',
};

/** A breach of structure that the general validation library lets pass: `how` of `break-structure.ts`, for these types of the element or for all. */
export const unnoticedBreaches: readonly { how: string; type?: RegExp; because: string }[] = [
  { how: 'a code of no value set', because: 'the library checks no binding' },
  { how: 'a misspelled value', type: /^dateTime$/, because: 'the library takes a time without a zone, which R4 does not have' },
  { how: 'a misspelled value', type: /^(?:string|markdown)$/, because: 'the library lets an empty text pass' },
  { how: 'a misspelled value', type: /^id$/, because: 'the library takes any text for the id of a resource' },
  { how: 'an empty text', because: 'the library takes an empty text for an absent one' },
  { how: 'an empty list', because: 'the library takes an empty list for an absent one' },
  { how: 'an empty object', because: 'the library takes an empty object for an absent one' },
  { how: 'an empty object beside a primitive', because: 'the library does not look into what stands beside a primitive without a fault of its own' },
  { how: 'an object beside a list of primitives', because: 'the same' },
  { how: 'something beside what is no primitive', because: 'the library takes `_name` beside every element' },
  { how: 'two types of a choice', because: 'the library warns of them and goes on' },
  { how: 'a required element left out', because: 'the library takes an object that is left empty for an absent one' },
  { how: 'a required list left out', because: 'the same' },
];

/** What the general validation library refuses and R4 allows. */
export const refusedBeyondR4: readonly { fault: RegExp; because: string }[] = [
  { fault: /String must contain non-whitespace content/, because: 'strings SHOULD contain more than white space (http://hl7.org/fhir/R4/datatypes.html#string), and need not' },
  { fault: /Invalid base64Binary format/, because: 'the regular expression of base64Binary allows white space between the groups' },
  { fault: /Invalid code format/, because: 'a no-break space is no white space of XML Schema; codes of HL7 v2 have it' },
];
