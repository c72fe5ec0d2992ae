/** What the user can do with a drawn image: choose its version and save it. */

import { infoOf, shownOf } from "../../comic/image_info.js";
import { imageFileName } from "../../comic/file_name.js";
import { problemFrom } from "../../state/problem.js";
import { saveFile } from "../save_file.js";

/** @import { PictureLoader } from "../../comic/picture_loader.js" */
/** @import { VersionChooser } from "../../comic/version_chooser.js" */
/** @import { GenerationStore } from "../../state/generation_store.js" */
/** @import { ItemKind } from "../../wire.js" */

export class ImageActions {
  #store;
  #loader;
  #chooser;

  /** @param {GenerationStore} store @param {PictureLoader} loader @param {VersionChooser} chooser */
  constructor(store, loader, chooser) {
    this.#store = store;
    this.#loader = loader;
    this.#chooser = chooser;
  }

  /** @param {ItemKind} kind @param {number} index @param {number} version from 1 */
  choose(kind, index, version) {
    void this.#chooser.choose(kind, index, version);
  }

  /** Save the version that counts. @param {ItemKind} kind @param {number} index */
  async save(kind, index) {
    const { state } = this.#store;
    const info = infoOf(state, kind, index);
    const { path } = shownOf(state, kind, index);
    if (info === null || path === null) return;
    try {
      const blob = await this.#loader.blob(path);
      saveFile(blob, imageFileName(state.storyAnalysis?.title ?? "", info.title, blob.type));
    } catch (error) {
      this.#store.note(kind, index, `The image could not be saved. ${problemFrom(error).message}`);
    }
  }
}
