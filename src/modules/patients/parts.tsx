/** What siblings' screens take from the patients. */
export { PatientPicker, findByText, usePatientSearch, type PatientPickerProps } from './staff/patient-picker.tsx';
export { TitlePageForm } from './staff/title-page-form.tsx';
export { DoublesAside } from './staff/doubles-aside.tsx';
export { ConsentsPart } from './staff/consents-part.tsx';
export { ScansPart } from './staff/scans-part.tsx';
export { MergePart } from './staff/merge-part.tsx';
export { draftOf, emptyDraft, fillFrom, missingIn, pageOf, type Draft } from './staff/draft.ts';
export { endHandOver, handOver, takeOver } from './staff/handover.ts';
export { comparePages, faultsOf, fromBarcode, scannedPolicy, type Clash } from './rules.ts';
