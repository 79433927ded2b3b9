#!/bin/sh
# Stands in for clippy where the client's compiler has none (RUSTC_WORKSPACE_WRAPPER): warnings of our own crates are errors.
exec "$@" -Dwarnings
