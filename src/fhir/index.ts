/** R4 definitions compiled to functions: validation, extraction for search, references. Pure, on both sides. Questionnaires: `questionnaire.ts`. */
export { compartmentParams, compartmentsOf, compartmentTypes } from './compartments.ts';
export { defaultZone, parseDateRange, type DateRange } from './dates.ts';
export { decimalRange, tellingDigits } from './decimals.ts';
export { defineParam, isStandardDefinition, type Definition } from './define-param.ts';
export { indexParam, indexResource, type IndexOptions } from './index-resource.ts';
export { isCaseless, isSingle } from './param-traits.ts';
export type { Model } from './model-types.ts';
export { installModel, loadFhir, model } from './model.ts';
export { installOwnParams, ownParams, shareBuilt, type OwnParams } from './own-params.ts';
export { localReference } from './reference-format.ts';
export { literalReferences, referencesOf, rewriteReferences } from './references.ts';
export { resourceTypes } from './resource-types.ts';
export { keepElements, keepSummary } from './part-of-resource.ts';
export { searchParams, standardParams } from './search-params.ts';
export { spliceMeta } from './splice-meta.ts';
export { foldText, latinOf } from './text.ts';
export type { Compartments, IndexEntry, SearchParam, SearchParamType } from './types.ts';
export { validateResource } from './validate.ts';
