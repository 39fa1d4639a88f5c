import type { SearchParam } from '../../src/fhir/index.ts';

export interface Difference {
  kind: SearchParam['type'];
  /** What the general library finds and the index has not. */
  lacks: readonly string[];
  /** What the index has and the general library does not find. */
  besides: readonly string[];
  resource: { resourceType: string; id?: string };
}

export interface Explanation {
  /** Undefined: any. */
  type?: string;
  param?: string;
  holds(difference: Difference): boolean;
  because: string;
}

/**
 * What an expression also leads to although the table of http://hl7.org/fhir/R4/search.html#table gives the type no meaning for this kind of
 * parameter: `kind type Resource.parameter`. Such a value is not searched by it.
 */
export const withoutMeaning: ReadonlySet<string> = new Set([
  // scheduledString: free text beside Timing and Period
  'date string CarePlan.activity-date',
  // occurrenceString: free text beside dateTime
  'date string Immunization.date',
  // performedString, performedAge and performedRange say when in words or in years of life, beside performedDateTime and performedPeriod
  'date string Procedure.date',
  'date Age Procedure.date',
  'date Range Procedure.date',
  // probabilityRange beside probabilityDecimal
  'number Range RiskAssessment.probability',
  // sourceAttachment beside sourceReference
  'reference Attachment Consent.source-reference',
  // valueReference, valueQuantity and valueRange beside valueCodeableConcept and valueBoolean
  'token Reference Group.characteristic-value',
  'token Quantity Group.characteristic-value',
  'token Range Group.characteristic-value',
]);

/** Where the compiled extraction and the general FHIRPath library are meant to differ, and why. Whatever is not here is a mistake. */
export const explained: readonly Explanation[] = [
  {
    type: 'CarePlan',
    param: 'activity-date',
    holds: ({ lacks, besides, resource }) => besides.length === 0 && lacks.length > 0 && JSON.stringify(resource).includes('"scheduledString"'),
    because: 'scheduledString is free text, also where it looks like a date: FHIRPath in JSON gives no type of a plain value',
  },
];

/** Search parameters among the official definitions that are not built in, by their URL. */
export const notSearched: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['left for later', ['filter', 'Resource-query']],
    ['text search over narrative and content, which the standard leaves to servers', ['DomainResource-text', 'Resource-content']],
    [
      'reads an extension that few use: who needs it creates the SearchParameter as one of his own',
      ['device-extensions-Device-din', 'diagnosticreport-genetic-DiagnosticReport-assessed-condition', 'observation-genetic-Observation-amino-acid-change', 'observation-genetic-Observation-dna-variant', 'observation-genetic-Observation-gene-amino-acid-change', 'observation-genetic-Observation-gene-dnavariant', 'observation-genetic-Observation-gene-identifier', 'patient-extensions-Patient-age', 'patient-extensions-Patient-birthOrderBoolean', 'patient-extensions-Patient-mothersMaidenName', 'questionnaireresponse-extensions-QuestionnaireResponse-item-subject'],
    ],
  ].flatMap(([because, ids]) => (ids as string[]).map((id) => [`http://hl7.org/fhir/SearchParameter/${id}`, because as string])),
);

