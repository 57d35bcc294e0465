/** UPDATEs that are malformed, and what follows (RFC 7606). Ids are those of spec bgp, appendix B. */
export interface MalformedUpdate {
  readonly id: string
  readonly name: string
  readonly bytes: string
  /** What differs from an external session of AS 65001 with 4-byte AS numbers and all families. */
  readonly internal?: true
  readonly twoByteAs?: true
  readonly onlyInet?: true
  /** Code and subcode of the error; none where there is none. */
  readonly error: string
  readonly reaction: 'reset' | 'withdraw' | 'discard' | 'skip' | 'ignore' | 'none'
  /** Data of the NOTIFICATION, where it is given. */
  readonly data?: string
  /** `family sign prefix …`; `-` also for announcements that count as withdrawals. */
  readonly sections: readonly string[]
  /** Canonical attributes of the announcements that stay. */
  readonly attributes?: string
}

export const malformedUpdates: readonly MalformedUpdate[] = [
  {
    id: 'M18',
    name: 'withdrawn routes past the message',
    bytes: 'ffffffffffffffffffffffffffffffff002f0201f400144001010040020602010000fde9400304c000020118cb0071',
    error: '3/1',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M19',
    name: 'attributes past the message',
    bytes: 'ffffffffffffffffffffffffffffffff002f02000001f44001010040020602010000fde9400304c000020118cb0071',
    error: '3/1',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M20',
    name: 'last attribute past the block',
    bytes:
      'ffffffffffffffffffffffffffffffff0036020000001b4001010040020602010000fde9400304c00002018004280000003218cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M21',
    name: 'attribute header past the block',
    bytes:
      'ffffffffffffffffffffffffffffffff003102000000164001010040020602010000fde9400304c0000201800418cb0071',
    error: '3/1',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M22',
    name: 'ORIGIN of 2 bytes',
    bytes: 'ffffffffffffffffffffffffffffffff00300200000015400102000040020602010000fde9400304c000020118cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M23',
    name: 'ORIGIN 3',
    bytes: 'ffffffffffffffffffffffffffffffff002f02000000144001010340020602010000fde9400304c000020118cb0071',
    error: '3/6',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M24',
    name: 'ORIGIN flags',
    bytes: 'ffffffffffffffffffffffffffffffff002f0200000014c001010040020602010000fde9400304c000020118cb0071',
    error: '3/4',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M25',
    name: 'no ORIGIN',
    bytes: 'ffffffffffffffffffffffffffffffff002b020000001040020602010000fde9400304c000020118cb0071',
    error: '3/3',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M26',
    name: 'no AS_PATH',
    bytes: 'ffffffffffffffffffffffffffffffff0026020000000b40010100400304c000020118cb0071',
    error: '3/3',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M27',
    name: 'no NEXT_HOP',
    bytes: 'ffffffffffffffffffffffffffffffff0028020000000d4001010040020602010000fde918cb0071',
    error: '3/3',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M28',
    name: 'AS_PATH segment type 5',
    bytes: 'ffffffffffffffffffffffffffffffff002f02000000144001010040020605010000fde9400304c000020118cb0071',
    error: '3/11',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M29',
    name: 'AS_PATH segment past the end',
    bytes: 'ffffffffffffffffffffffffffffffff002f02000000144001010040020602030000fde9400304c000020118cb0071',
    error: '3/11',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M30',
    name: 'AS_PATH empty segment',
    bytes: 'ffffffffffffffffffffffffffffffff002b0200000010400101004002020200400304c000020118cb0071',
    internal: true,
    error: '3/11',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M31',
    name: 'AS_PATH empty',
    bytes: 'ffffffffffffffffffffffffffffffff0029020000000e40010100400200400304c000020118cb0071',
    error: '3/11',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M32',
    name: 'AS 0 in AS_PATH',
    bytes:
      'ffffffffffffffffffffffffffffffff003302000000184001010040020a02020000fde900000000400304c000020118cb0071',
    error: '3/11',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M33',
    name: 'AS_PATH of another AS',
    bytes: 'ffffffffffffffffffffffffffffffff002f02000000144001010040020602010000fe4b400304c000020118cb0071',
    error: '3/11',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M34',
    name: 'NEXT_HOP of 5 bytes',
    bytes: 'ffffffffffffffffffffffffffffffff003002000000154001010040020602010000fde9400305c00002010018cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M35',
    name: 'NEXT_HOP 0.0.0.0',
    bytes: 'ffffffffffffffffffffffffffffffff002f02000000144001010040020602010000fde94003040000000018cb0071',
    error: '3/8',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M36',
    name: 'MED of 3 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0035020000001a4001010040020602010000fde9400304c000020180040300003218cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M37',
    name: 'LOCAL_PREF from outside',
    bytes:
      'ffffffffffffffffffffffffffffffff0036020000001b4001010040020602010000fde9400304c0000201400504000001f418cb0071',
    error: '3/0',
    reaction: 'discard',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020602010000fde9400304c0000201'
  },
  {
    id: 'M38',
    name: 'LOCAL_PREF of 3 bytes',
    bytes: 'ffffffffffffffffffffffffffffffff002f020000001440010100400200400304c000020140050300006418cb0071',
    internal: true,
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M39',
    name: 'no LOCAL_PREF',
    bytes: 'ffffffffffffffffffffffffffffffff0029020000000e40010100400200400304c000020118cb0071',
    internal: true,
    error: '3/3',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M40',
    name: 'ATOMIC_AGGREGATE of 1 byte',
    bytes:
      'ffffffffffffffffffffffffffffffff003302000000184001010040020602010000fde9400304c00002014006010018cb0071',
    error: '3/5',
    reaction: 'discard',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020602010000fde9400304c0000201'
  },
  {
    id: 'M41',
    name: 'AGGREGATOR of 6 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0038020000001d4001010040020602010000fde9400304c0000201c00706fde90a00000718cb0071',
    error: '3/5',
    reaction: 'discard',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020602010000fde9400304c0000201'
  },
  {
    id: 'M42',
    name: 'COMMUNITIES of 5 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0037020000001c4001010040020602010000fde9400304c0000201c00805fde900010018cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M43',
    name: 'COMMUNITIES of 0 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff003202000000174001010040020602010000fde9400304c0000201c0080018cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M44',
    name: 'EXTENDED_COMMUNITIES of 7 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0039020000001e4001010040020602010000fde9400304c0000201c010070002fde900000018cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M45',
    name: 'LARGE_COMMUNITIES of 11 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff003d02000000224001010040020602010000fde9400304c0000201c0200b0000fde90000000100000f18cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M46',
    name: 'ORIGINATOR_ID of 3 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0036020000001b40010100400200400304c0000201400504000000648009030a000018cb0071',
    internal: true,
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M47',
    name: 'CLUSTER_LIST of 5 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0038020000001d40010100400200400304c000020140050400000064800a050a0000010018cb0071',
    internal: true,
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M48',
    name: 'ORIGINATOR_ID and CLUSTER_LIST from outside',
    bytes:
      'ffffffffffffffffffffffffffffffff003d02000000224001010040020602010000fde9400304c00002018009040a00000b800a040a00006418cb0071',
    error: '3/0',
    reaction: 'discard',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020602010000fde9400304c0000201'
  },
  {
    id: 'M49',
    name: 'unknown well-known attribute',
    bytes:
      'ffffffffffffffffffffffffffffffff003302000000184001010040020602010000fde9400304c00002014096010118cb0071',
    error: '3/2',
    reaction: 'reset',
    data: '40960101',
    sections: []
  },
  {
    id: 'M50',
    name: 'ORIGIN twice',
    bytes:
      'ffffffffffffffffffffffffffffffff00330200000018400101004001010140020602010000fde9400304c000020118cb0071',
    error: '3/1',
    reaction: 'discard',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020602010000fde9400304c0000201'
  },
  {
    id: 'M51',
    name: 'MP_REACH_NLRI twice',
    bytes:
      'ffffffffffffffffffffffffffffffff0064020000004d900e001c0002011020010db8000000000000000000000001003020010db80001900e001c0002011020010db8000000000000000000000001003020010db800024001010040020602010000fde9',
    error: '3/1',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M52',
    name: 'inet length 33',
    bytes:
      'ffffffffffffffffffffffffffffffff003102000000144001010040020602010000fde9400304c000020121cb00710000',
    error: '3/10',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M53',
    name: 'inet NLRI past the end',
    bytes: 'ffffffffffffffffffffffffffffffff002e02000000144001010040020602010000fde9400304c000020118cb00',
    error: '3/10',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M54',
    name: 'inet6 length 129',
    bytes:
      'ffffffffffffffffffffffffffffffff004f0200000038900e00270002011020010db8000000000000000000000001008120010db8000000000000000000000000004001010040020602010000fde9',
    error: '3/9',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M55',
    name: 'inet6 next hop of 20 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff00480200000031900e00200002011420010db800000000000000000000000000000000003020010db800014001010040020602010000fde9',
    error: '3/9',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M56',
    name: 'inet-vpn length 80',
    bytes:
      'ffffffffffffffffffffffffffffffff0045020000002e900e001c0001800c00000000000000000a540509005000010100010a540509004001010040020040050400000064',
    internal: true,
    error: '3/9',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M57',
    name: 'evpn type 99',
    bytes:
      'ffffffffffffffffffffffffffffffff0036020000001f900e000d001946040a54050900630201024001010040020040050400000064',
    internal: true,
    error: '',
    reaction: 'skip',
    sections: ['evpn +'],
    attributes: '400101004002004003040a54050940050400000064'
  },
  {
    id: 'M58',
    name: 'evpn 2 with a MAC of 40 bits',
    bytes:
      'ffffffffffffffffffffffffffffffff0054020000003d900e002b001946040a54050900022000010a540509000500000000000000000000000000002802aabbccdd000012c14001010040020040050400000064',
    internal: true,
    error: '',
    reaction: 'skip',
    sections: ['evpn +'],
    attributes: '400101004002004003040a54050940050400000064'
  },
  {
    id: 'M59',
    name: 'evpn length past the attribute',
    bytes:
      'ffffffffffffffffffffffffffffffff0045020000002e900e001c001946040a54050900033c00010a540509000500000000200a5405094001010040020040050400000064',
    internal: true,
    error: '3/9',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M60',
    name: 'route-target length 20',
    bytes:
      'ffffffffffffffffffffffffffffffff0036020000001f900e000d000184040a54050300140000fc4001010040020040050400000064',
    internal: true,
    error: '3/9',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M61',
    name: 'family not negotiated',
    bytes:
      'ffffffffffffffffffffffffffffffff0044020000002d900e001c0002011020010db8000000000000000000000001003020010db800014001010040020602010000fde9',
    onlyInet: true,
    error: '',
    reaction: 'ignore',
    sections: []
  },
  {
    id: 'M62',
    name: 'MP_UNREACH_NLRI of 2 bytes',
    bytes: 'ffffffffffffffffffffffffffffffff001c0200000005800f020002',
    error: '3/9',
    reaction: 'reset',
    sections: []
  },
  {
    id: 'M63',
    name: 'AS4_PATH malformed',
    bytes:
      'ffffffffffffffffffffffffffffffff0038020000001d400101004002060202fde95ba0400304c0000201c011060204fa56ea0118cb0071',
    twoByteAs: true,
    error: '3/9',
    reaction: 'discard',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020a02020000fde900005ba0400304c0000201'
  },
  {
    id: 'M64',
    name: 'AS4_PATH longer than AS_PATH',
    bytes:
      'ffffffffffffffffffffffffffffffff003a020000001f400101004002040201fde9400304c0000201c0110a0202fa56ea01fa56ea0218cb0071',
    twoByteAs: true,
    error: '',
    reaction: 'none',
    sections: ['inet + 203.0.113.0/24'],
    attributes: '4001010040020602010000fde9400304c0000201'
  },
  {
    id: 'M65',
    name: 'OTC of 3 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff0035020000001a4001010040020602010000fde9400304c0000201c0230300fde918cb0071',
    error: '3/5',
    reaction: 'withdraw',
    sections: ['inet - 203.0.113.0/24']
  },
  {
    id: 'M66',
    name: 'PMSI_TUNNEL of 4 bytes',
    bytes:
      'ffffffffffffffffffffffffffffffff004c0200000035900e001c001946040a54050900031100010a540509000500000000200a5405094001010040020040050400000064c0160400060000',
    internal: true,
    error: '3/5',
    reaction: 'withdraw',
    sections: ['evpn - 3-10.84.5.9:5-0-10.84.5.9']
  }
]
