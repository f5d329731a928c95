/**
 * The content of an object that is about to lose its name, and becomes a version if it does.
 *
 * @module
 */

/**
 * A copy of the content, or nothing. If neither is called, because nobody knows whether the content
 * has lost its name, the copy counts only if it has.
 */
export interface LostObject {
  /** The content has lost its name. @param etag That of the content which has it now. @default none has */
  done(etag?: string): Promise<void>;
  /** It has kept its name. */
  undo(): Promise<void>;
}

/** Stands for a name that nothing has. */
export const NOTHING_LOST: LostObject = { async done() {}, async undo() {} };
