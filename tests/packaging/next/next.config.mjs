// The folder is a project of its own, whatever lies above it.
const folder = import.meta.dirname;

export default { outputFileTracingRoot: folder, turbopack: { root: folder } };
