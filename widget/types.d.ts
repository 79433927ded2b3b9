// Shapes that widget.js names in its comments; kept apart so that the visitor does not download them.

/** One arrival at the site: landing address with query, referrer from outside (or ""), time. */
interface Arrival { url: string; referrer: string; at: number }
interface Touches { first: Arrival; last: Arrival }

/** One submission on its way: sent again under the same key until the server answers. */
interface Submission { key: string; form: string; body: string; at: number }

/** What the server answers: the acknowledged lead, or problem details. */
interface Answer {
  id?: string;
  message?: string;
  title?: string;
  detail?: string;
  errors?: { field: string; message: string }[];
}

/** The form that shows what became of a request. */
interface Owner extends Submission { settle(sent: boolean, refused: boolean, answer: Answer): void }
