/** What is wrong with an element, in words that follow its path: «Patient.birthDate должно быть …». */
export interface Words {
  en: string;
  ru: string;
}
