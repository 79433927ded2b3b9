// Shapes that widget.js names in its comments; kept apart so that the visitor does not download them.

/** One arrival at the site: landing address with query, referrer from outside (or ""), time. */
interface Arrival { url: string; referrer: string; at: number }
interface Touches { first: Arrival; last: Arrival }

/** A field of the form as the server describes it. */
interface Asked { key: string; kind: string; label: string; required: boolean; max?: number; options?: string[] }

/** The form as the server describes it, without what is good for one submission only. */
interface Shape {
  title: string;
  note?: string;
  /** Empty: the script's own word. */
  button?: string;
  fields: Asked[];
  consent?: { version: number; text: string } | null;
}

/** A token from the server, and how many leading zero bits its proof needs. */
interface Ticket { token: string; bits: number }
interface Proof { token: string; counter: number }

/** A field on the page. */
interface Control {
  key: string;
  input: any;
  row: HTMLElement;
  complain(said?: string): void;
  restore(value?: string): void;
  /** What is wrong as far as the page can tell. */
  fault(): string;
}

/** One submission on its way: sent again under the same key until the server answers. */
interface Submission { key: string; form: string; body: string; at: number; lang?: string; token?: string }

/** What the server answers: a definition with its token, the acknowledged lead, or problem details. */
interface Answer extends Partial<Shape> {
  token?: string;
  bits?: number;
  id?: string;
  message?: string;
  redirect?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** The form that shows what became of a request. */
interface Owner extends Submission { settle(sent: boolean, refused: boolean, answer: Answer): void }
