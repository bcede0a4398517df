/** What the environment says. */

export const isDevelopment: boolean = process.env.NODE_ENV === "development";
export const port: number = Number(process.env.ORDERS_PORT ?? 7001);
export const stockAddress: string = `rpc://127.0.0.1:${process.env.STOCK_PORT ?? 7002}`;
export const dataFolder: string = process.env.DATA_FOLDER ?? ".data";
