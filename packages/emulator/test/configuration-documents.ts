type Query = Readonly<Record<string, string | null>>

/** A website with everything that one can have. */
export const website =
  '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix><SupportSubDir>true</SupportSubDir><Type>0</Type></IndexDocument>' +
  '<ErrorDocument><Key>error.html</Key><HttpStatus>404</HttpStatus></ErrorDocument><RoutingRules><RoutingRule>' +
  '<RuleNumber>1</RuleNumber><Condition><KeyPrefixEquals>a&amp;b 你好</KeyPrefixEquals></Condition>' +
  '<Redirect><RedirectType>Mirror</RedirectType><MirrorURL>https://example.com/</MirrorURL></Redirect></RoutingRule></RoutingRules></WebsiteConfiguration>'

/** Whether public access is blocked. */
export const block = (isBlocked: boolean) =>
  `<PublicAccessBlockConfiguration><BlockPublicAccess>${isBlocked}</BlockPublicAccess></PublicAccessBlockConfiguration>`

/**
 * By the operation that reads them: what is read before anything was put: a code, or a document; then what is put, and what is
 * read if it differs.
 */
export const documents: [name: string, query: Query, unset: string, document: string, kept?: string][] = [
  ['getBucketWebsite', { website: null }, 'NoSuchWebsiteConfiguration', website],
  [
    'getBucketLifecycle',
    { lifecycle: null },
    'NoSuchLifecycle',
    '<LifecycleConfiguration><Rule><ID>one</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><CreatedBeforeDate>2026-01-01T00:00:00Z</CreatedBeforeDate></Expiration></Rule></LifecycleConfiguration>',
    '<LifecycleConfiguration><Rule><ID>one</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><CreatedBeforeDate>2026-01-01T00:00:00.000Z</CreatedBeforeDate></Expiration></Rule></LifecycleConfiguration>',
  ],
  [
    'getBucketReferer',
    { referer: null },
    '<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><AllowTruncateQueryString>true</AllowTruncateQueryString><RefererList></RefererList></RefererConfiguration>',
    '<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><RefererList><Referer>http://a.test</Referer></RefererList><RefererBlacklist><Referer>http://b.test</Referer></RefererBlacklist></RefererConfiguration>',
    '<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer><RefererList><Referer>http://a.test</Referer></RefererList><RefererBlacklist><Referer>http://b.test</Referer></RefererBlacklist><AllowTruncateQueryString>true</AllowTruncateQueryString></RefererConfiguration>',
  ],
  [
    'getBucketLogging',
    { logging: null },
    '<BucketLoggingStatus></BucketLoggingStatus>',
    '<BucketLoggingStatus><LoggingEnabled><TargetBucket>demo-bucket</TargetBucket><TargetPrefix>日志/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>',
  ],
  [
    'getUserDefinedLogFieldsConfig',
    { userDefinedLogFieldsConfig: null },
    'NoSuchUserDefinedLogFieldsConfig',
    '<UserDefinedLogFieldsConfiguration><HeaderSet><header>x-a</header></HeaderSet></UserDefinedLogFieldsConfiguration>',
  ],
  [
    'getBucketTags',
    { tagging: null },
    '<Tagging><TagSet></TagSet></Tagging>',
    '<Tagging><TagSet><Tag><Key>k</Key><Value>v 值</Value></Tag></TagSet></Tagging>',
  ],
  [
    'getBucketEncryption',
    { encryption: null },
    'NoSuchServerSideEncryptionRule',
    '<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID></KMSMasterKeyID><KMSDataEncryption>SM4</KMSDataEncryption></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>',
    '<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm><KMSDataEncryption>SM4</KMSDataEncryption></ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>',
  ],
  [
    'getBucketRequestPayment',
    { requestPayment: null },
    '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>',
    '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>',
  ],
  [
    'getBucketTransferAcceleration',
    { transferAcceleration: null },
    'NoSuchTransferAccelerationConfiguration',
    '<TransferAccelerationConfiguration><Enabled>true</Enabled></TransferAccelerationConfiguration>',
  ],
  [
    'getBucketAccessMonitor',
    { accessmonitor: null },
    '<AccessMonitorConfiguration><Status>Disabled</Status></AccessMonitorConfiguration>',
    '<AccessMonitorConfiguration><Status>Enabled</Status></AccessMonitorConfiguration>',
  ],
  [
    'getBucketInventory',
    { inventory: null, inventoryId: 'report1' },
    'NoSuchInventory',
    '<InventoryConfiguration><Id>report1</Id><IsEnabled>true</IsEnabled></InventoryConfiguration>',
  ],
  [
    'getBucketHttpsConfig',
    { httpsConfig: null },
    '<HttpsConfiguration><TLS><Enable>false</Enable></TLS></HttpsConfiguration>',
    '<HttpsConfiguration><TLS><Enable>true</Enable><TLSVersion>TLSv1.2</TLSVersion></TLS></HttpsConfiguration>',
  ],
  [
    'getStyle',
    { style: null, styleName: 'small' },
    'NoSuchStyle',
    '<Style><Content>image/resize,p_50</Content></Style>',
    '<Style><Name>small</Name><Content>image/resize,p_50</Content><CreateTime>Wed, 04 Mar 2026 05:06:07 GMT</CreateTime><LastModifyTime>Wed, 04 Mar 2026 05:06:07 GMT</LastModifyTime><Category>image</Category></Style>',
  ],
  [
    'getBucketResourceGroup',
    { resourceGroup: null },
    '<BucketResourceGroupConfiguration><ResourceGroupId>rg-acfmemulator00</ResourceGroupId></BucketResourceGroupConfiguration>',
    '<BucketResourceGroupConfiguration><ResourceGroupId>rg-acfmemulator00</ResourceGroupId></BucketResourceGroupConfiguration>',
  ],
  [
    'getBucketArchiveDirectRead',
    { bucketArchiveDirectRead: null },
    '<ArchiveDirectReadConfiguration><Enabled>false</Enabled></ArchiveDirectReadConfiguration>',
    '<ArchiveDirectReadConfiguration><Enabled>true</Enabled></ArchiveDirectReadConfiguration>',
  ],
  [
    'getBucketOverwriteConfig',
    { overwriteConfig: null },
    'NoSuchOverwriteConfiguration',
    '<OverwriteConfiguration><Rule><ID>a</ID><Action>forbid</Action></Rule></OverwriteConfiguration>',
  ],
  [
    'getBucketCallbackPolicy',
    { policy: null, comp: 'callback' },
    'BucketCallbackPolicyNotExist',
    '<BucketCallbackPolicy><PolicyItem><PolicyName>first</PolicyName><Callback>e30=</Callback></PolicyItem></BucketCallbackPolicy>',
  ],
  ['getBucketPublicAccessBlock', { publicAccessBlock: null }, block(false), block(true)],
  [
    'getAccessPointPublicAccessBlock',
    { publicAccessBlock: null, 'x-oss-access-point-name': 'ap-01' },
    block(false),
    block(true),
  ],
  [
    'getBucketCors',
    { cors: null },
    'NoSuchCORSConfiguration',
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>X-A</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule></CORSConfiguration>',
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod><AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-a</AllowedHeader><ExposeHeader>ETag</ExposeHeader><MaxAgeSeconds>5</MaxAgeSeconds></CORSRule><ResponseVary>false</ResponseVary></CORSConfiguration>',
  ],
  [
    'getBucketVersioning',
    { versioning: null },
    '<VersioningConfiguration></VersioningConfiguration>',
    '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>',
  ],
]
