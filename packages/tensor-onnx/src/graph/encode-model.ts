/**
 * Writes a graph as the bytes of an ONNX model.
 *
 * ONNX Runtime is not told how large the inputs are, and takes shapes, axes and bounds for inputs that have a default: so
 * it knows the size of nearly no value before it runs. If it did, it would keep the memory of each value for the next of
 * the same shape, however late that comes: an eighth to a quarter more for the intermediates of a step with checkpointing.
 * Its arena reuses memory as well, and of any size.
 */
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import type { GraphModel, GraphNode, Initializer, NodeAttribute, SequencePort, TensorPort } from './graph.js';
import {
  type AttributeProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type TensorShapeProto_DimensionSchema,
  type ValueInfoProtoSchema,
} from './onnx_pb.js';

/** Opset 18: all reductions take their axes as an input. */
const OPSET = 18n;
const IR_VERSION = 8n;

/** Values of `TensorProto.DataType`. */
const DATA_TYPE = { f32: 1, i32: 6, i64: 7 } as const;

/** Values of `AttributeProto.AttributeType`. */
const ATTRIBUTE_TYPE = { float: 1, int: 2, string: 3, ints: 7 } as const;

/** Operators of ONNX Runtime's own domain that lowerings use. */
const CONTRIBUTED = new Set(['FastGelu', 'FusedMatMul', 'Gelu', 'QuickGelu', 'RotaryEmbedding']);

export function encodeModel({ nodes, initializers, inputs, outputs }: GraphModel): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion: IR_VERSION,
    producerName: 'sftkit',
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph: {
      name: 'program',
      node: nodes.map(encodeNode),
      initializer: initializers.map(encodeInitializer),
      input: [...inputs, ...initializers.filter(({ isDefault }) => isDefault)].map(encodeInput),
      output: outputs.map(encodeOutput),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function encodeNode({
  name,
  opType,
  inputs,
  outputs,
  attributes,
}: GraphNode): MessageInitShape<typeof NodeProtoSchema> {
  return {
    name,
    opType,
    domain: CONTRIBUTED.has(opType) ? 'com.microsoft' : '',
    input: [...inputs],
    output: [...outputs],
    attribute: Object.entries(attributes).map(([key, value]) => encodeAttribute(key, value)),
  };
}

function encodeAttribute(name: string, value: NodeAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') {
    return { name, type: ATTRIBUTE_TYPE.int, i: BigInt(value) };
  }
  if (typeof value === 'string') {
    return { name, type: ATTRIBUTE_TYPE.string, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) {
    return { name, type: ATTRIBUTE_TYPE.float, f: value.float };
  }
  return { name, type: ATTRIBUTE_TYPE.ints, ints: value.map(BigInt) };
}

function typeOf(data: Initializer['data']): number {
  return DATA_TYPE[data instanceof Float32Array ? 'f32' : data instanceof Int32Array ? 'i32' : 'i64'];
}

function encodeInitializer({ name, data, shape }: Initializer): MessageInitShape<typeof TensorProtoSchema> {
  return {
    name,
    dims: shape.map(BigInt),
    dataType: typeOf(data),
    rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
  };
}

/** Of an input, how many axes it has. */
function encodeInput(input: TensorPort | Initializer): MessageInitShape<typeof ValueInfoProtoSchema> {
  const elementType = 'data' in input ? typeOf(input.data) : DATA_TYPE[input.dtype];
  return encodeTensor(
    input.name,
    elementType,
    input.shape.map(() => ({})),
  );
}

function encodeOutput(output: TensorPort | SequencePort): MessageInitShape<typeof ValueInfoProtoSchema> {
  if (output.dtype === 'sequence') {
    return { name: output.name }; // ONNX Runtime finds the type from the node that makes it
  }
  const lengths = output.shape.map(
    (length) => ({ value: { case: 'dimValue', value: BigInt(length) } }) as const,
  );
  return encodeTensor(output.name, DATA_TYPE[output.dtype], lengths);
}

function encodeTensor(
  name: string,
  elemType: number,
  dim: MessageInitShape<typeof TensorShapeProto_DimensionSchema>[],
): MessageInitShape<typeof ValueInfoProtoSchema> {
  return { name, type: { value: { case: 'tensorType', value: { elemType, shape: { dim } } } } };
}
