import type { PinnedImage } from "../../model/pinned-image.ts";
import type { HarborClient } from "../registry/harbor-client.ts";

/** What every check of Harbor's own rules needs. */
export interface HarborArgs {
  readonly harbor: HarborClient;
  readonly image: PinnedImage;
}
