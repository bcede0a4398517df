export async function checkViteServer() {}
