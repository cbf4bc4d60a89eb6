/* Where Docker keeps its containers below its data folder. */
#pragma once

/* With userns-remap Docker keeps all of it in a folder `UID.GID` of the root,
 * and what stood there before stays beside that. Replaces *root, owned, by that
 * folder where its `containers` changed last; no link is followed there. */
void docker_root_remapped(char **root);
