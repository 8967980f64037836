/** A part of the document: the operations of the controllers that have its name as their tag, and what it says of them. */
export interface Chapter {
  name: string;
  description: string;
}
