import { decide } from "@phr-link/sdk";

export async function POST(request) {
  return Response.json(decide(await request.json()));
}
